/** The path of QuickJS's WASM, embedded. */
declare module "@jitl/quickjs-ng-wasmfile-release-sync/wasm" {
  const path: string;
  export default path;
}
