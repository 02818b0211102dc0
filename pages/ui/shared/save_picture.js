// Saves the Plotly chart inside `.st-key-<data.chart>` as PNG or SVG, in the browser alone.
export default function ({ data, parentElement }) {
  const message = parentElement.querySelector(".message");

  async function save(format) {
    const chart = document.querySelector(`.st-key-${data.chart} .js-plotly-plot`);
    if (!chart || !window.Plotly) {
      message.textContent = "The figure is not drawn yet: try again in a moment.";
      return;
    }
    message.textContent = "";
    const { width, height } = chart.getBoundingClientRect();
    // The page's theme may be dark; a picture for a paper is not.
    const layout = structuredClone(chart.layout);
    layout.template = data.template;
    delete layout.paper_bgcolor;
    delete layout.plot_bgcolor;
    delete layout.font;
    const picture = { data: chart.data, layout };
    const url = await window.Plotly.toImage(picture, { format, width, height, scale: 2 });
    const link = document.createElement("a");
    link.href = url;
    link.download = `${data.chart}.${format}`;
    // Not added to the page: a click there would close the popover around this button.
    link.click();
  }

  for (const button of parentElement.querySelectorAll("button")) {
    button.onclick = () =>
      save(button.dataset.format).catch((error) => {
        message.textContent = `The picture could not be made: ${error.message}`;
      });
  }
}
