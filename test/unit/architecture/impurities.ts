import ts from 'typescript';

/** What a pure module has no business with: the clock, chance, the process, timers, the network. */
const FORBIDDEN_NAMES = new Set([
  'process',
  'performance',
  'crypto',
  'globalThis',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'queueMicrotask',
  'fetch',
  'console',
]);
const FORBIDDEN_MEMBERS = new Set(['Date.now', 'Math.random']);

/** Uses of them in a source text, by name. Comments, strings and properties of that name are none. */
export function impurities(source: string): string[] {
  const file = ts.createSourceFile('module.ts', source, ts.ScriptTarget.Latest, true);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    const name = impurityOf(node);
    if (name !== null) found.push(name);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

function impurityOf(node: ts.Node): string | null {
  if (ts.isPropertyAccessExpression(node)) {
    const name = `${node.expression.getText()}.${node.name.text}`;
    return FORBIDDEN_MEMBERS.has(name) ? name : null;
  }
  // `new Date()` reads the clock, and so does `Date()`; with an argument they compute.
  if ((ts.isNewExpression(node) || ts.isCallExpression(node)) && node.expression.getText() === 'Date') {
    return (node.arguments?.length ?? 0) === 0 ? 'Date()' : null;
  }
  if (!ts.isIdentifier(node) || !FORBIDDEN_NAMES.has(node.text)) return null;
  return isUse(node) ? node.text : null;
}

/** Not the name of a property, as in `state.process` or `{ process: 1 }`. */
function isUse(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node;
  const names =
    ts.isPropertyAssignment(parent) || ts.isPropertySignature(parent) || ts.isPropertyDeclaration(parent);
  return !(names && parent.name === node);
}
