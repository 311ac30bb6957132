import { BUILTINS } from "../run/builtins.ts";
import { TengoChar, TengoFloat, TengoFunction, type TengoValue } from "../values.ts";
import { GLOBALS, type CompiledCode } from "./function-code.ts";
import type { ModuleScope } from "./resolver.ts";

/** Collects what all the functions of a program share. */
export class ProgramBuilder {
  readonly constants: TengoValue[] = [];
  readonly functions: CompiledCode[] = [];
  readonly shapes: (readonly string[])[] = [];
  readonly modules: string[] = [];
  private readonly known = new Map<TengoValue, number>();
  private readonly floats = new Map<number, number>();
  private readonly chars = new Map<number, number>();
  private readonly moduleFunctions = new Map<ModuleScope, number>();

  constructor(
    readonly counted: boolean,
    private readonly compileModule: (module: ModuleScope) => CompiledCode,
  ) {}

  /** The operand of a value; equal literals have the same. */
  constant(value: TengoValue): number {
    if (value instanceof TengoFloat) return this.remembered(this.floats, value.value, value);
    if (value instanceof TengoChar) return this.remembered(this.chars, value.code, value);
    return this.remembered(this.known, value, value);
  }

  /** The operand of a builtin function. */
  builtin(index: number): number {
    return this.constant(BUILTINS[index]);
  }

  /** The operand of a function that keeps nothing of others. */
  functionConstant(code: CompiledCode): number {
    return this.add(new TengoFunction(code, []));
  }

  /** The index of a function that closures are made of. */
  functionIndex(code: CompiledCode): number {
    return this.functions.push(code) - 1;
  }

  /** The index of the keys of a map literal. */
  shape(keys: readonly string[]): number {
    return this.shapes.push(keys) - 1;
  }

  /** The index of a native module. */
  moduleIndex(name: string): number {
    const index = this.modules.indexOf(name);
    return index >= 0 ? index : this.modules.push(name) - 1;
  }

  /** The operand of the function that a module in Tengo source is. */
  moduleFunction(module: ModuleScope): number {
    const known = this.moduleFunctions.get(module);
    if (known !== undefined) return known;
    const operand = this.functionConstant(this.compileModule(module));
    this.moduleFunctions.set(module, operand);
    return operand;
  }

  /** Whether an operand is a global variable. */
  isGlobal(operand: number): boolean {
    return operand >= 0 && operand < GLOBALS;
  }

  private remembered<Key>(map: Map<Key, number>, key: Key, value: TengoValue): number {
    const known = map.get(key);
    if (known !== undefined) return known;
    const operand = this.add(value);
    map.set(key, operand);
    return operand;
  }

  private add(value: TengoValue): number {
    return GLOBALS + this.constants.push(value) - 1;
  }
}
