"""The lesson on paper: one HTML file, questions first, the answers on a page of their own."""

import html
import re

from pages.ui.phase.lesson_step import Step
from pages.ui.phase.lesson_steps import STEPS
from pages.ui.shared.qr import svg
from pages.ui.shared.terms import TERMS

WORDS = ("generator", "verifier", "p", "phi", "psi", "p_star")
PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>When does retraining work? A lesson</title>
<style>
  body {{ max-width: 44rem; margin: 2rem auto; padding: 0 1rem; font: 10.5pt/1.35 Georgia, serif;
    color: #000; background: #fff; }}
  h1 {{ margin: 0 0 0.5rem; font-size: 20pt; }}
  h2 {{ margin: 0 0 0.2rem; font-size: 12.5pt; }}
  header {{ display: flex; gap: 1.5rem; align-items: flex-start; }}
  header svg {{ flex: none; width: 6.5rem; }}
  dl {{ display: grid; grid-template-columns: auto 1fr; gap: 0.1rem 0.8rem; font-size: 10pt; }}
  dt {{ font-weight: bold; }}
  dd, p {{ margin: 0; }}
  section {{ margin-top: 0.6rem; padding-top: 0.5rem; border-top: 0.5pt solid #888;
    break-inside: avoid; }}
  .options span {{ margin-right: 1.6rem; white-space: nowrap; }}
  .notes {{ height: 1.3rem; border-bottom: 0.5pt dotted #888; }}
  .answers {{ break-before: page; }}
  .link {{ font: 9pt monospace; overflow-wrap: anywhere; }}
  @page {{ margin: 14mm; }}
  @media print {{ body {{ margin: 0; max-width: none; }} }}
</style>
</head>
<body>
<header>
<div>
<h1>When does retraining work?</h1>
<p>A generator labels data, a verifier keeps the labels that it agrees with, and a new model
learns from those. Predict first, then turn the arrows on the page and look.</p>
<p class="link">{link}</p>
</div>
{code}
</header>
<dl>
{words}
</dl>
{questions}
<div class="answers">
<h1>Answers</h1>
<ol>
{answers}
</ol>
<p>Feng et al. 2024, Beyond Model Collapse, arXiv 2406.07515.</p>
</div>
</body>
</html>
"""


def handout(link: str) -> str:
    """Return the lesson as HTML to print; `link` opens it on the page and is drawn as a QR code."""
    return PAGE.format(
        link=html.escape(link),
        code=svg(link),
        words="\n".join(f"<dt>{_text(TERMS[w].name)}</dt><dd>{_meaning(w)}</dd>" for w in WORDS),
        questions="\n".join(_question(i, step) for i, step in enumerate(STEPS, 1)),
        answers="\n".join(f"<li>{_text(f'{s.title} **{s.answer}.**')}</li>" for s in STEPS),
    )


def _meaning(word: str) -> str:
    term = TERMS[word]
    return _text(term.words + (f" {term.formula}." if term.formula else ""))


def _question(number: int, step: Step) -> str:
    options = "".join(f"<span>☐ {_text(option)}</span>" for option in step.options)
    return (
        f"<section><h2>{number}. {_text(step.title)}</h2><p>{_text(step.question)}</p>"
        f'<p class="options">{options}</p><p><i>Then look:</i> {_text(step.move)}</p>'
        '<p class="notes"></p></section>'
    )


def _text(markdown: str) -> str:
    """Turn the lesson's own Markdown, which knows bold and nothing else, into HTML."""
    return re.sub(r"\*\*(.+?)\*\*", r"<b>\1</b>", html.escape(markdown))
