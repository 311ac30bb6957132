/** The prelude's files are imported as text, never run in the host. */
declare module "*.js" {
  const text: string;
  export default text;
}
