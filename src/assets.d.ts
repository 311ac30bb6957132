/** Files that are embedded: their content as text, or their path. */
declare module "*.lua" {
  const text: string;
  export default text;
}
declare module "*.wasm" {
  const path: string;
  export default path;
}
declare module "*.jsonl" {
  const text: string;
  export default text;
}
