/** What has to be closed at the end, in the reverse order of the opening. One that fails holds up no other. */
export class Closing {
  readonly #steps: (() => Promise<unknown>)[] = [];
  readonly #onFailure: (error: unknown) => void;

  constructor(onFailure: (error: unknown) => void) {
    this.#onFailure = onFailure;
  }

  add(step: () => Promise<unknown>): void {
    this.#steps.push(step);
  }

  async run(): Promise<void> {
    for (let step = this.#steps.pop(); step !== undefined; step = this.#steps.pop()) {
      try {
        await step();
      } catch (error) {
        this.#onFailure(error);
      }
    }
  }
}
