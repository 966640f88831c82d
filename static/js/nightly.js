// A screen that runs for months begins anew each night, while nobody is there.

const HOUR = 3
const LOOK_EVERY_MS = 60_000
const RAN_AT_LEAST_MS = 2 * 60 * 60 * 1000

/** @param {() => Date} now the hall's clock @param {string} timezone @param {() => boolean} free */
export function restart_nightly(now, timezone, free) {
  const began = Date.now()
  const hour = new Intl.DateTimeFormat("en-GB", { hour: "numeric", hourCycle: "h23", timeZone: timezone })
  setInterval(() => {
    if (Number(hour.format(now())) === HOUR && Date.now() - began > RAN_AT_LEAST_MS && free()) location.reload()
  }, LOOK_EVERY_MS)
}
