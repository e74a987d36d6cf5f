// The browser's store for this tab, which ends with it and is no other tab's. What is kept there is state/keeper.mjs's, and documented in
// docs/storage.md.

/** The store; throws where the browser denies it. @returns {Storage} */
export const tabStore = () => window.sessionStorage;
