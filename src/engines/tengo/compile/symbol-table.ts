/** What a name stands for. */
export class Variable {
  /** Whether a function within the variable's own keeps it: it then lives in a box. */
  captured = false;

  constructor(
    readonly name: string,
    readonly scope: "global" | "local" | "builtin" | "free",
    /** The place among globals, the function's locals, builtins, or the function's free variables. */
    readonly index: number,
    /** Whether a local has its first value; before, only functions within its own see it. */
    public assigned = false,
  ) {}
}

/** What {@link SymbolTable.resolve} found. */
export interface Found {
  readonly variable: Variable;
  /** How many tables further out it was defined. */
  readonly depth: number;
}

/** The names of a block or a function, with the reference's rules of what sees what. */
export class SymbolTable {
  /** Variables of enclosing functions that the function uses, in order of their first use. */
  readonly free: Variable[] = [];
  private readonly names = new Map<string, Variable>();
  private defined = 0;
  private most = 0;

  /** The next table further out that has names, or is a function's. */
  private readonly parent: SymbolTable | undefined;

  constructor(
    /** The table around this one; it gets no more names while this one is in use. */
    readonly outer: SymbolTable | undefined,
    private readonly block: boolean,
  ) {
    this.parent = outer !== undefined && outer.block && outer.names.size === 0 ? outer.parent : outer;
  }

  /** The table of the function in which this one is. */
  get functionTable(): SymbolTable {
    return this.block && this.parent !== undefined ? this.parent.functionTable : this;
  }

  /** Whether what is defined here is global. */
  get isGlobal(): boolean {
    return this.functionTable.parent === undefined;
  }

  /** The most variables that exist at once. */
  get size(): number {
    return this.most;
  }

  /** Adds a variable. Blocks beside each other share places. */
  define(name: string): Variable {
    const index = this.nextIndex();
    this.defined++;
    const variable = new Variable(name, this.isGlobal ? "global" : "local", index);
    this.names.set(name, variable);
    this.reach(index + 1);
    return variable;
  }

  /** Adds a builtin function to the outermost table. */
  defineBuiltin(index: number, name: string): void {
    this.names.set(name, new Variable(name, "builtin", index));
  }

  /** Finds a name; `inner` when it is asked for from a table within. */
  resolve(name: string, inner = false): Found | undefined {
    const own = this.names.get(name);
    if (own !== undefined && (own.scope !== "local" || own.assigned || inner)) return { variable: own, depth: 0 };
    const found = this.parent?.resolve(name, true);
    if (found === undefined) return undefined;
    const depth = found.depth + 1;
    const { scope } = found.variable;
    if (this.block || scope === "global" || scope === "builtin") return { variable: found.variable, depth };
    return { variable: this.defineFree(found.variable), depth };
  }

  /** The global variables of this very table. */
  globals(): Map<string, number> {
    const globals = new Map<string, number>();
    for (const [name, variable] of this.names) if (variable.scope === "global") globals.set(name, variable.index);
    return globals;
  }

  private reach(size: number): void {
    this.most = Math.max(this.most, size);
    if (this.block) this.parent?.reach(size);
  }

  private nextIndex(): number {
    const outer = this.block ? this.parent : undefined;
    return this.defined + (outer === undefined ? 0 : outer.nextIndex());
  }

  private defineFree(original: Variable): Variable {
    original.captured = true;
    this.free.push(original);
    const variable = new Variable(original.name, "free", this.free.length - 1);
    this.names.set(original.name, variable);
    return variable;
  }
}
