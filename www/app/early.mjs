// Runs in the head of the hosted page, before its script.
import './copy/slash.mjs';

// What a browser makes slowly the first time is made while the script is on its way: formats of numbers and days. The page asks for that first.
setTimeout(() => {
  const language = /^fr/i.test(navigator.language) ? 'fr' : 'en';
  new Intl.NumberFormat(language, { minimumFractionDigits: 1, maximumFractionDigits: 1 }).format(1);
  new Intl.DateTimeFormat(language === 'fr' ? 'fr' : 'en-GB', { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' }).format(0);
});
