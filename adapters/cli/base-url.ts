import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { type Settings } from '../config/index.ts';

const entry = z.object({ pid: z.number(), url: z.string() });

/** Leaves word of where this process answers, so that verbs find it even when it took another port. */
export async function announceUrl(dataDir: string, url: string): Promise<() => Promise<void>> {
  const folder = join(dataDir, 'run');
  const path = join(folder, `${process.pid}.json`);
  await mkdir(folder, { recursive: true });
  await writeFile(path, JSON.stringify({ pid: process.pid, url }));
  return () => rm(path, { force: true });
}

/** Where the API answers: what a process of this DATA_DIR says, else what the settings say. */
export async function baseUrlOf(settings: Settings): Promise<string> {
  const announced = await announcedUrls(join(settings.dataDir, 'run'));
  const configured = settings.publicUrl?.toString() ?? urlOf(settings.host, settings.apiPort);
  return announced.includes(configured) ? configured : (announced[0] ?? configured);
}

async function announcedUrls(folder: string): Promise<readonly string[]> {
  const urls: string[] = [];
  for (const name of await readdir(folder).catch(() => [])) {
    const text = await readFile(join(folder, name), 'utf8').catch(() => '');
    const read = entry.safeParse(parsed(text));
    if (read.success && isAlive(read.data.pid)) urls.push(read.data.url);
  }
  return urls;
}

export function urlOf(host: string, port: number): string {
  const reachable = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  return `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Of another user, but alive.
    return error instanceof Error && Reflect.get(error, 'code') === 'EPERM';
  }
}
