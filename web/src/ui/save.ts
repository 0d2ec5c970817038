/** Hands a download to the browser: an address, or bytes that are here. */

export function follow(href: string, name: string) {
  const link = document.createElement("a");
  link.href = href;
  link.download = name;
  link.click();
}

export function save(content: Blob, name: string) {
  const url = URL.createObjectURL(content);
  follow(url, name);
  // The browser has taken hold of it by then.
  window.setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
