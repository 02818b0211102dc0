// Shows the QR code of data.link and copies the link.
export default function ({ data, parentElement }) {
  const find = (selector) => parentElement.querySelector(selector);
  const [code, link, remark] = [find(".code"), find(".link"), find(".remark")];
  code.innerHTML = data.code;
  find(".fill").hidden = !data.code;
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
