/** A style sheet imported as text (the bundler's text loader). */
declare module "*.css" {
  const text: string;
  export default text;
}
