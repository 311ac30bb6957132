/**
 * From source to instructions: the resolver finds what every name stands for and all errors, in the reference's order;
 * the generator then makes register code, which tells errors the positions that the reference's stack code would.
 * Nothing here runs a script.
 */
import { TengoSourceError } from "../errors.ts";
import { parse } from "../syntax/parser.ts";
import { SourceFile } from "../syntax/position.ts";
import { TengoFunction, type TengoValue } from "../values.ts";
import { GLOBALS, type CompiledCode, type Program } from "./function-code.ts";
import { Generator } from "./generator.ts";
import { ProgramBuilder } from "./program-builder.ts";
import { builtinTable, Resolver, type ImportedModule, type ModuleScope } from "./resolver.ts";
import { SymbolTable } from "./symbol-table.ts";

export type { Program } from "./function-code.ts";

/** A module in Tengo source that is no standard one: its name in messages (which also tells whether it is the same), and its text. */
export interface FoundModule {
  readonly name: string;
  readonly source: string;
}

/** What a program may use, and how it is read. */
export interface CompileOptions {
  /** The script's name in messages: `(main)` where it is left out. */
  readonly fileName?: string;
  /** Names of the modules in TypeScript that may be imported. */
  readonly nativeModules?: Iterable<string>;
  /** Modules in Tengo source, by name: byte strings. */
  readonly sourceModules?: Readonly<Record<string, string>>;
  /** Finds what is neither: the spell's own files. `importer` is the name of the file that imports. Undefined: not found. */
  readonly findModule?: (name: string, importer: string) => FoundModule | undefined;
  /** Values that are known by a name unless the script defines it. */
  readonly predefined?: ReadonlyMap<string, TengoValue>;
  /** Whether `export` in the script ends it with a result; in the reference it means nothing there. */
  readonly mainExport?: boolean;
  readonly maxStringLength?: number;
  /** Whether a machine can count allocations, as `maxAllocs` needs; such code is slower. */
  readonly countAllocations?: boolean;
}

const MAX_MODULE_DEPTH = 20;
const MAX_STRING_LENGTH = 2 ** 31 - 1;

/** Compiles a script, a byte string. Throws `TengoSourceError`, and nothing else. */
export function compileProgram(source: string, options: CompileOptions = {}): Program {
  const file = new SourceFile(options.fileName ?? "(main)", source);
  try {
    return new ProgramCompiler(options).compile(file);
  } catch (error) {
    if (error instanceof TengoSourceError) throw error;
    const message = error instanceof RangeError ? "the source is too large or too deeply nested" : String(error);
    throw compileError(file, 0, message);
  }
}

function compileError(file: SourceFile, at: number, message: string): TengoSourceError {
  const position = file.positionOf(at);
  const text = `Compile Error: ${message}\n\tat ${position.file}:${position.line}:${position.column}`;
  return new TengoSourceError("compile", text, message, position);
}

function codeOf(value: TengoValue): CompiledCode[] {
  return value instanceof TengoFunction ? [value.code as CompiledCode] : [];
}

class ProgramCompiler {
  private readonly native: ReadonlySet<string>;
  private readonly compiled = new Map<string, ModuleScope>();
  private readonly program: ProgramBuilder;

  constructor(private readonly options: CompileOptions) {
    this.native = new Set(options.nativeModules);
    this.program = new ProgramBuilder(options.countAllocations === true, (module) => this.moduleCode(module));
  }

  compile(file: SourceFile): Program {
    const { source } = file;
    const statements = parse(file);
    const table = builtinTable();
    const returns = this.options.mainExport === true;
    const resolver = this.resolver(file, table, [], returns);
    resolver.resolveFile(statements);
    if (table.size >= GLOBALS) throw compileError(file, 0, "too many global variables");
    const { program } = this;
    program.constant(undefined);
    const exports = returns ? "return" : "ignored";
    const main = new Generator(file, resolver.resolution, program, exports, 0).topLevel(statements);
    const { constants, functions, shapes, modules, counted } = program;
    const codes = [main, ...functions, ...constants.flatMap((value) => codeOf(value))];
    const largestFrame = codes.reduce((most, code) => Math.max(most, code.locals + code.depth), 0);
    const bytes = codes.reduce((sum, code) => sum + code.instructions.length * 8, source.length);
    return { main, constants, functions, shapes, modules, globals: table.globals(), counted, largestFrame, bytes };
  }

  private resolver(file: SourceFile, table: SymbolTable, importers: readonly string[], exports: boolean): Resolver {
    return new Resolver(file, table, {
      predefined: this.options.predefined ?? new Map(),
      maxStringLength: this.options.maxStringLength ?? MAX_STRING_LENGTH,
      exports,
      importModule: (name, fail) => this.importModule(name, file.name, importers, fail),
    });
  }

  private importModule(
    name: string,
    importer: string,
    importers: readonly string[],
    fail: (message: string) => never,
  ): ImportedModule {
    if (this.native.has(name)) return { native: name };
    const standard = this.options.sourceModules;
    const found =
      standard !== undefined && Object.hasOwn(standard, name)
        ? { name, source: standard[name]! }
        : this.options.findModule?.(name, importer);
    if (found === undefined) return fail(`module '${name}' not found`);
    if (importers.includes(found.name)) return fail(`cyclic module import: ${found.name}`);
    if (importers.length >= MAX_MODULE_DEPTH) return fail("modules import each other too deeply");
    return { source: this.moduleScope(found, [...importers, found.name]) };
  }

  private moduleScope({ name, source }: FoundModule, importers: readonly string[]): ModuleScope {
    const known = this.compiled.get(name);
    if (known !== undefined) return known;
    const file = new SourceFile(name, source);
    const statements = parse(file);
    const table = new SymbolTable(builtinTable(), false);
    const resolver = this.resolver(file, table, importers, true);
    resolver.resolveFile(statements);
    if (table.size > 256) throw compileError(file, 0, "too many variables in a module");
    const scope = { file, statements, resolution: resolver.resolution, locals: table.size };
    this.compiled.set(name, scope);
    return scope;
  }

  private moduleCode({ file, statements, resolution, locals }: ModuleScope): CompiledCode {
    return new Generator(file, resolution, this.program, "immutable", locals).topLevel(statements);
  }
}
