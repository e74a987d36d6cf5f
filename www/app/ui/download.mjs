// Files that the page hands to the user; nothing leaves the machine.

/** Offers a file. @param {string} name @param {BlobPart} contents @param {string} [type] */
export function download(name, contents, type = "application/json") {
  const url = URL.createObjectURL(new Blob([contents], { type }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10000);
}
