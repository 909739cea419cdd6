/** A moment, or a length of time, in nanoseconds. A moment counts from the Unix epoch. */
export type Nanos = bigint

/** A moment as OpenTelemetry has it: whole seconds since 1970 and nanoseconds 0 to 999,999,999. */
export type Time = readonly [seconds: number, nanoseconds: number]

const SECOND = 1_000_000_000n

/** Milliseconds, of which a clock gives fractions, as {@link Nanos}. */
export function millis(value: number): Nanos {
  const whole = Math.floor(value)
  return BigInt(whole) * 1_000_000n + BigInt(Math.round((value - whole) * 1e6))
}

/** A {@link Time} as {@link Nanos}. */
export function nanos(time: Time): Nanos {
  return BigInt(time[0]) * SECOND + BigInt(time[1])
}

/** {@link Nanos} as a {@link Time}. */
export function time(value: Nanos): Time {
  const seconds = floorDiv(value, SECOND)
  return [Number(seconds), Number(value - seconds * SECOND)]
}

/** `a / b` rounded towards minus infinity, so that windows before 1970 are like all others. `b` is above 0. */
export function floorDiv(a: bigint, b: bigint): bigint {
  const quotient = a / b
  return a < 0n && quotient * b !== a ? quotient - 1n : quotient
}

export function max(a: Nanos, b: Nanos): Nanos {
  return a > b ? a : b
}

export function min(a: Nanos, b: Nanos): Nanos {
  return a < b ? a : b
}
