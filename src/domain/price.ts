// Tick arithmetic: a price is a whole number of ticks of its contract, exactly, or it is told as off the grid.
import { Decimal } from 'decimal.js';
import type { GridPrice, Money, TickSize } from './market.ts';

const decimalText = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,3}))?$/;
const fractionText = /^(\d+)\/(\d+)$/;

/** A decimal text as `mantissa / 10^scale`; undefined where it is no number. */
function exact(text: string): { readonly mantissa: bigint; readonly scale: number } | undefined {
  const parts = decimalText.exec(text.trim());
  if (parts === null) return undefined;
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = parts;
  if (whole === '' && fraction === '') return undefined;
  const digits = BigInt(`${whole}${fraction}`);
  const scale = fraction.length - Number(exponent);
  const shifted = scale < 0 ? digits * 10n ** BigInt(-scale) : digits;
  return { mantissa: sign === '-' ? -shifted : shifted, scale: Math.max(scale, 0) };
}

function divisor(a: bigint, b: bigint): bigint {
  return b === 0n ? a : divisor(b, a % b);
}

/**
 * A tick size as a reduced fraction, from what the gateway said (`0.25`, `0.250000000`, `5e-5`) or a written fraction (`1/32`).
 * Undefined where it is not a positive number whose fraction fits exact integer work.
 */
export function tickSize(from: string | number): TickSize | undefined {
  const text = String(from).trim();
  const fraction = fractionText.exec(text);
  const parsed =
    fraction === null
      ? exact(text)
      : { mantissa: BigInt(fraction[1] ?? '0'), scale: 0, den: BigInt(fraction[2] ?? '0') };
  if (parsed === undefined || parsed.mantissa <= 0n) return undefined;
  const whole = 'den' in parsed ? parsed.den : 10n ** BigInt(parsed.scale);
  if (whole <= 0n) return undefined;
  const common = divisor(parsed.mantissa, whole);
  const num = Number(parsed.mantissa / common);
  const den = Number(whole / common);
  if (!Number.isSafeInteger(num) || !Number.isSafeInteger(den)) return undefined;
  return { num, den, text: new Decimal(num).div(den).toFixed() };
}

/**
 * The price in whole ticks, or the text that came where it is not on the grid. Numbers take the fast way (measured in the
 * design: no error over 12 tick sizes and a million prices each), texts are judged in whole integers whatever their length.
 */
export function toGrid(price: number | string, tick: TickSize): GridPrice {
  if (typeof price === 'number') {
    const ticks = Math.round((price * tick.den) / tick.num);
    if ((ticks * tick.num) / tick.den === price) return ticks === 0 ? 0 : ticks;
    return { offGrid: String(price) };
  }
  const parsed = exact(price);
  if (parsed === undefined) return { offGrid: price };
  const dividend = parsed.mantissa * BigInt(tick.den);
  const by = 10n ** BigInt(parsed.scale) * BigInt(tick.num);
  return dividend % by === 0n ? Number(dividend / by) : { offGrid: price };
}

/** True where the price is a whole number of ticks. */
export function onGrid(price: GridPrice): price is number {
  return typeof price === 'number';
}

/** The exact price of so many ticks; off the grid, what came (`undefined` where that was no number at all). */
export function gridMoney(price: GridPrice, tick: TickSize): Money | undefined {
  if (onGrid(price)) return new Decimal(price).times(tick.num).div(tick.den);
  return money(price.offGrid);
}

/** The price as text with the decimals of its tick, for people: `25411.25`. */
export function priceText(price: GridPrice, tick: TickSize): string {
  if (!onGrid(price)) return price.offGrid;
  const point = tick.text.indexOf('.');
  const decimals = point < 0 ? 0 : tick.text.length - point - 1;
  return new Decimal(price).times(tick.num).div(tick.den).toFixed(decimals);
}

/** An exact amount from its text (or the shortest text of a number); undefined where it is none. */
export function money(from: unknown): Money | undefined {
  if (typeof from === 'number') return Number.isFinite(from) ? new Decimal(String(from)) : undefined;
  if (typeof from !== 'string' || exact(from) === undefined) return undefined;
  return new Decimal(from.trim());
}
