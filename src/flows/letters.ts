// What a person does with dead letters: looks through them, sends one or all again, dismisses them; each ends in a sentence that says what happened.
import type { Answer, LettersTask } from '../domain/job.ts';
import type { DeadLetter, LetterBox } from '../domain/letter.ts';

/** @throws OpsError `redis-unavailable` */
export async function tendLetters(task: LettersTask, box: LetterBox, now: number): Promise<Answer> {
  const { letters, unreadable } = await box.list();
  if (task.action === 'list') return { kind: 'letters', at: now, letters, unreadable };
  if (task.action === 'show') {
    const letter = letters.find(({ no }) => no === task.no);
    return letter === undefined ? gone(task.no) : { kind: 'letter', at: now, letter };
  }
  if (task.no !== 'all') {
    const letter = letters.find(({ no }) => no === task.no);
    if (letter === undefined) return gone(task.no);
    return task.action === 'dismiss' ? dismissOne(letter, box) : redriveOne(letter, box);
  }
  return task.action === 'dismiss' ? dismissAll(letters, box) : redriveAll(letters, box);
}

async function redriveOne(letter: DeadLetter, box: LetterBox): Promise<Answer> {
  const outcome = await box.redrive(letter.no);
  if (outcome === 'sent') {
    const text = `Dead letter ${letter.no} (${letter.about}) is on its way again. If it fails once more it comes back under a new number.`;
    return { kind: 'done', text };
  }
  if (outcome === 'gone') return gone(letter.no);
  if (outcome === 'nothing-to-send') {
    return {
      kind: 'refusal',
      text: `Dead letter ${letter.no} (${letter.about}) cannot be sent: it was refused because ${letter.why}.`,
      wayOut: `Read /deadletters show ${letter.no}, then /deadletters dismiss ${letter.no}.`,
    };
  }
  return {
    kind: 'refusal',
    text: `Dead letter ${letter.no} (${letter.about}) can no longer be sent: ${outcome.why}.`,
    wayOut: `Ask again for what it was to say, then /deadletters dismiss ${letter.no}.`,
  };
}

async function dismissOne(letter: DeadLetter, box: LetterBox): Promise<Answer> {
  if (!(await box.dismiss(letter.no))) return gone(letter.no);
  return {
    kind: 'done',
    text: `Dead letter ${letter.no} (${letter.about}) is dismissed and will not be sent.`,
  };
}

async function redriveAll(letters: readonly DeadLetter[], box: LetterBox): Promise<Answer> {
  let sent = 0;
  const left: number[] = [];
  // Oldest first: messages of one incident keep their order.
  for (const { no } of [...letters].reverse()) {
    const outcome = await box.redrive(no);
    if (outcome === 'sent') sent += 1;
    else if (outcome !== 'gone') left.push(no);
  }
  if (sent === 0) {
    return {
      kind: 'refusal',
      text:
        left.length === 0
          ? 'There are no dead letters.'
          : left.length === 1
            ? 'The one dead letter cannot be sent again.'
            : `None of the ${left.length} dead letters can be sent again.`,
      wayOut:
        left.length === 0 ? 'There is nothing to do.' : 'Read /deadletters list and dismiss what is there.',
    };
  }
  const rest =
    left.length === 0
      ? ''
      : ` ${left.length} cannot be sent and ${left.length === 1 ? 'is' : 'are'} still there: ${left.join(', ')}.`;
  return {
    kind: 'done',
    text: `${sent === 1 ? 'One dead letter is' : `${sent} dead letters are`} on the way again.${rest}`,
  };
}

async function dismissAll(letters: readonly DeadLetter[], box: LetterBox): Promise<Answer> {
  let dismissed = await box.clear();
  for (const { no } of letters) if (await box.dismiss(no)) dismissed += 1;
  return dismissed === 0
    ? { kind: 'refusal', text: 'There are no dead letters.', wayOut: 'There is nothing to do.' }
    : {
        kind: 'done',
        text: `${dismissed === 1 ? 'One dead letter is' : `${dismissed} dead letters are`} dismissed and will not be sent.`,
      };
}

function gone(no: number): Answer {
  return {
    kind: 'refusal',
    text: `There is no dead letter ${no}: somebody has dealt with it, or it is no longer kept.`,
    wayOut: 'See /deadletters list for those there are.',
  };
}
