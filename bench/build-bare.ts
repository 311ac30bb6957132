/** Compiles a program as build.ts compiles the binary, so that only what it does differs. Answers its path. */
export async function buildBare(outfile: string, source: string): Promise<string> {
  const entry = `${outfile}.ts`;
  await Bun.write(entry, `${source}\nexport {};\n`);
  const result = await Bun.build({
    entrypoints: [entry],
    compile: { outfile, autoloadBunfig: false, autoloadDotenv: false, autoloadTsconfig: false },
    format: "esm",
    bytecode: true,
    minify: true,
  });
  if (!result.success) throw new Error(`"${outfile}" was not built`);
  return outfile;
}
