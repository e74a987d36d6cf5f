// The page's script as a function of the parts that it is given: `(function riskset(parts,later) {…})({…});`. A function knows its own source,
// so a page can hand its script on, with other parts, without asking for it anywhere. `later` is the part of the page that else comes in a
// script of its own: a function too.

/** The head of the function; within, `riskset` is itself, `parts` and `later` what it was given. */
const HEAD = "function riskset(parts,later){";

/** The function whose body is this script. @param {string} body */
export const functionOf = (body) => `${HEAD}${body.trimEnd()}\n}`;

/** The script that calls it with these parts. @param {string} source of the function @param {unknown} parts @param {string} [later] source of the part that comes later, where it is within */
export function scriptOf(source, parts, later) {
  // Inside a script element `<!--` opens a comment of old; in a string or a regular expression this is the same text.
  const script = `(${source})(${JSON.stringify(parts)}${later ? `,${later}` : ""});`.replaceAll("<!--", "\\x3C!--");
  if (/<\/script|\r/i.test(script)) throw new Error("the script would end early or change inside a page");
  return script;
}
