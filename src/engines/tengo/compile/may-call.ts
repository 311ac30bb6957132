import type { Expression } from "../syntax/ast.ts";
import { leftOf } from "./resolver.ts";

/** Whether evaluating may run other code, which could assign to globals. Making a function does not run it. */
export function mayCall(expression: Expression): boolean {
  let inner = expression;
  for (;;) {
    if (inner.kind === "call" || inner.kind === "import") return true;
    if (partsOf(inner).some((part) => mayCall(part))) return true;
    const left = leftOf(inner);
    if (left === undefined) return false;
    inner = left;
  }
}

/** The operands but the one to the left, along which {@link mayCall} goes without recursion. */
function partsOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case "paren":
    case "error":
    case "immutable":
      return [expression.inner];
    case "unary":
      return [expression.operand];
    case "binary":
      return [expression.right];
    case "conditional":
      return [expression.condition, expression.whenTrue, expression.whenFalse];
    case "index":
      return [expression.index];
    case "slice":
      return [expression.low, expression.high].filter((bound) => bound !== undefined);
    case "array":
      return expression.elements;
    case "map":
      return expression.entries.map((entry) => entry.value);
    default:
      return [];
  }
}
