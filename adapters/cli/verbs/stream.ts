import { listStreams } from '../../../application/audit/list-streams.ts';
import { showEvent } from '../../../application/audit/masked-event.ts';
import { parseStreamName, type StreamName } from '../../../application/ports/event-store/stream-name.ts';
import { Failure, WrongUse } from '../failure.ts';
import { type Verb } from '../verb.ts';
import { withResources } from '../with-resources.ts';

export const streamList: Verb = withResources(async ({ answers, output }, { store }) => {
  const streams = await listStreams(store, answers.text('prefix') ?? '');
  await output.list(
    streams.map((stream) => ({ ...stream })),
    ['stream', 'revision', 'events', 'last_at'],
    'no streams',
  );
  return 0;
});

export const streamShow: Verb = (invocation) => {
  const { answers, output } = invocation;
  const name = answers.operand(0, 'stream');
  const from = answers.number('from');
  const limit = answers.number('limit');
  if (parseStreamName(name) === null)
    throw new WrongUse(
      `${name}: expected a name such as space-<tenant>-<id>; "bayledger stream list" shows them`,
    );
  return withResources(async (_, { store }) => {
    const options = { ...(from === undefined ? {} : { from }), ...(limit === undefined ? {} : { limit }) };
    let shown = 0;
    for await (const page of store.readStream(name as StreamName, options)) {
      for (const recorded of page) {
        const event = showEvent(recorded);
        const { data, recorded_at: at, revision, type } = event;
        await output.item(event, `${String(revision).padStart(5)}  ${at}  ${type}  ${JSON.stringify(data)}`);
        shown += 1;
      }
    }
    if (shown === 0 && from === undefined && limit !== 0)
      throw new Failure('not-found', `the stream ${name} has no events`);
    return 0;
  })(invocation);
};
