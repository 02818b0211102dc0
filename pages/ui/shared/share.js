// Draws the QR code of data.link and copies the link.
const QUIET = 4;

function modulesPath(rows) {
  const dark = (row, y) => [...row].map((bit, x) => (bit === "1" ? `M${x + QUIET} ${y + QUIET}h1v1h-1z` : ""));
  return rows.flatMap((row, y) => dark(row, y)).join("");
}

export default function ({ data, parentElement }) {
  const find = (selector) => parentElement.querySelector(selector);
  const [code, link, remark] = [find(".code"), find(".link"), find(".remark")];
  const side = data.rows.length + 2 * QUIET;
  code.toggleAttribute("hidden", !data.rows.length);
  find(".fill").hidden = !data.rows.length;
  code.setAttribute("viewBox", `0 0 ${side} ${side}`);
  code.querySelector("path").setAttribute("d", modulesPath(data.rows));
  find("rect").setAttribute("width", side);
  find("rect").setAttribute("height", side);
  link.value = data.link;
  remark.textContent = data.remark;

  find(".copy").onclick = async () => {
    link.select();
    // Browsers give the clipboard to https and to this computer; the older way serves a room.
    const copied = navigator.clipboard
      ? await navigator.clipboard.writeText(data.link).then(() => true, () => false)
      : document.execCommand("copy");
    remark.textContent = copied ? "Copied." : "Press Ctrl-C (or ⌘-C) to copy the link.";
  };
  find(".fill").onclick = () => code.requestFullscreen();
}
