import { type Message } from './field-mutations.ts';

const TIME = /(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(\.\d+)?(Z|\+00:00)/g;
const AGE_MS = 7_200_000;

/** The same message as if it had been sent two hours ago: old news, yet of a time in which spaces were watched. */
export function aged(message: Message): Message {
  const text = JSON.stringify(message);
  const times = [...text.matchAll(TIME)].map(([, second = '']) => Date.parse(`${second}Z`));
  if (times.length === 0) return message;
  const shift = Date.now() - AGE_MS - Math.max(...times);
  const shifted = text.replaceAll(TIME, (_all, second: string, fraction = '', zone: string) => {
    return `${new Date(Date.parse(`${second}Z`) + shift).toISOString().slice(0, 19)}${fraction}${zone}`;
  });
  return JSON.parse(shifted) as Message;
}
