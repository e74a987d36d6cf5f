// Runs in the head of the hosted page, before its script: some hosts serve the page at the address of its folder without the last slash,
// where its script is looked for one folder too high. Then the page is opened again with the slash.
addEventListener('error', ({ target }) => {
  const { protocol, pathname, search, hash } = location;
  // While the page is read only its own script can fail; what it asks for later is its own affair.
  if (document.readyState !== 'loading' || !(target instanceof HTMLScriptElement)) return;
  if (protocol.startsWith('http') && !/(?:\/|\.html?)$/i.test(pathname)) location.replace(`${pathname}/${search}${hash}`);
}, true);
