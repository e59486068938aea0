// A message's pictures drawn: SVG text becomes PNG files that its first embed shows.
import { createRequire } from 'node:module';
import type { Log } from '../../log.ts';
import { limits, type BinaryFile, type MessagePayload, type Picture } from '../presenter/message.ts';
import { fontFamily } from './svg.ts';

/** Sharp on a phone, whose screens have two pixels and more for one, and where it is opened to fill a screen. */
const zoom = 2.5;

const resolve = createRequire(import.meta.url).resolve;

/**
 * The PNG of an SVG document; the work is done outside the event loop.
 * @throws Error where the SVG is not sound, or the drawing library is not there for this machine
 */
export async function drawPng(svg: string): Promise<Uint8Array> {
  // Loaded when first needed: a machine without its native part must still page.
  const { renderAsync } = await import('@resvg/resvg-js');
  const image = await renderAsync(svg, {
    fitTo: { mode: 'zoom', value: zoom },
    font: {
      loadSystemFonts: false,
      fontFiles: ['DejaVuSans.ttf', 'DejaVuSans-Bold.ttf'].map((file) =>
        resolve(`dejavu-fonts-ttf/ttf/${file}`),
      ),
      defaultFontFamily: fontFamily,
    },
  });
  return image.asPng();
}

/** The message with its pictures as files. One that cannot be drawn is left out: the text of a message says the same. */
export async function withPictures(
  payload: MessagePayload,
  log: Log,
  draw: typeof drawPng = drawPng,
): Promise<MessagePayload> {
  const drawn: BinaryFile[] = [];
  for (const picture of payload.pictures) {
    const file = await attempted(picture, log, draw);
    if (file !== undefined) drawn.push(file);
  }
  const [first] = drawn;
  const [head, ...rest] = payload.embeds;
  const shown = first && { url: `attachment://${first.name}`, description: first.description };
  return {
    ...payload,
    pictures: [],
    files: [...drawn, ...payload.files],
    embeds: shown === undefined || head === undefined ? payload.embeds : [{ ...head, image: shown }, ...rest],
  };
}

async function attempted(
  { name, description, svg }: Picture,
  log: Log,
  draw: typeof drawPng,
): Promise<BinaryFile | undefined> {
  try {
    const bytes = await draw(svg);
    if (bytes.byteLength > limits.fileBytes) throw new Error(`${bytes.byteLength} bytes are too many`);
    return { name, description, bytes };
  } catch (error) {
    log.error({ picture: name, why: error instanceof Error ? error.message : String(error) }, 'not drawn');
    return undefined;
  }
}
