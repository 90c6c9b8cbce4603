/** Characters that the inside of a JSON string writes as escapes: among them the raw newline and U+0000. */
const ESCAPED = /["\\\u0000-\u001f]/;

/** An event type as it is stored: the inside of its JSON string. For every name that people give, the name itself. [F] */
export function typeToText(type: string): string {
  return ESCAPED.test(type) ? JSON.stringify(type).slice(1, -1) : type;
}

export function typeFromText(text: string): string {
  return text.includes('\\') ? (JSON.parse(`"${text}"`) as string) : text;
}
