import { clock, HOUR, MINUTE, SECOND } from './calendar.ts'
import { type Delivery, deliver, deliverAgain, deliverOther } from './delivery.ts'
import { auditListKey, gatewayLog, requestUsage, trace } from './other-categories.ts'
import type { Random } from './random.ts'
import { type Call, ordinaryCall, type Shape } from './request-response.ts'
import type { Resource } from './resources.ts'

/** Calls in each hour of the day: about 3,000, never so few that a gap is ten minutes long. */
const HOURLY = [
  26, 20, 18, 18, 20, 28, 55, 110, 180, 230, 245, 245, 230, 240, 240, 235, 205, 160, 120, 95, 80, 68, 55, 40,
]

/** A day like any other on all the accounts: some errors, some empty answers, nothing to alert on. */
export function background(random: Random, resources: readonly Resource[]): Delivery[] {
  const deliveries: Delivery[] = []
  for (const [hour, calls] of HOURLY.entries()) {
    for (let i = 0; i < calls; i++) {
      const ms = clock('00:00:00') + hour * HOUR + Math.floor(((i + random.unit()) * HOUR) / calls)
      deliveries.push(...one(random, ordinary(random, ms, random.pick(resources))))
    }
  }
  return [...deliveries, ...emptyNowAndThen(random, resources), ...audits(random, resources)]
}

function ordinary(random: Random, ms: number, resource: Resource): Call {
  const call = ordinaryCall(random, ms, resource)
  const chance = random.unit()
  // A filtered prompt has a body that says so; a refused one is short.
  if (chance < 0.02) return { ...call, signature: '400', responseLength: String(random.between(480, 910)) }
  if (chance < 0.035) return { ...call, signature: '429', responseLength: String(random.between(160, 240)) }
  if (chance < 0.04) return { ...call, signature: '500', responseLength: undefined }
  const { operation } = call.deployment
  if (operation === 'ImageGenerations_Create' && chance < 0.4) {
    return { ...call, durationMs: -random.between(20, 900) }
  }
  if (operation === 'ChatCompletions_Create' && chance < 0.15) return { ...call, streaming: true }
  return call
}

/** A call as it is told: mostly one record, now and then two, or the other categories beside it. */
function one(random: Random, call: Call): Delivery[] {
  const chance = random.unit()
  const shape: Shape = {}
  if (chance < 0.12) shape.kind = 'v1'
  else if (chance < 0.15) shape.properties = 'object'
  const signature = chance > 0.98 ? Number(call.signature) : call.signature
  const first = deliver({ ...call, signature }, delay(random), shape)
  if (chance > 0.3 && chance < 0.31) return [first, deliver(call, SECOND, { kind: 'near_empty' })]
  if (chance > 0.4 && chance < 0.405) return [first, deliverAgain(first, random.between(3, 90) * SECOND)]
  if (chance > 0.5 && chance < 0.52) {
    return [first, deliverOther(requestUsage(random, call), call, 'AzureOpenAIRequestUsage')]
  }
  if (chance > 0.6 && chance < 0.61) return [first, deliverOther(trace(call), call, 'Trace')]
  if (chance > 0.7 && chance < 0.715)
    return [first, deliverOther(gatewayLog(random, call), call, 'GatewayLogs')]
  return [first]
}

/** Most records come within half a minute; a few are overtaken, by less than the five minutes allowed. */
function delay(random: Random): number {
  return random.chance(0.03) ? random.between(60, 230) * SECOND : random.between(2_000, 30_000)
}

/** An empty answer now and then is normal: two or three an account, hours apart. */
function emptyNowAndThen(random: Random, resources: readonly Resource[]): Delivery[] {
  return resources.slice(9).flatMap((resource) => {
    const deployment = resource.deployments.find((one) => one.operation === 'ChatCompletions_Create')
    if (!deployment) return []
    return ['07:40:00', '15:10:00', '19:30:00'].slice(0, random.between(1, 3)).map((time) => {
      const ms = clock(time) + random.below(90 * MINUTE)
      return deliver(ordinaryCall(random, ms, resource, { deployment, responseLength: '0' }))
    })
  })
}

function audits(random: Random, resources: readonly Resource[]): Delivery[] {
  return Array.from({ length: 14 }, () => {
    const resource = random.pick(resources)
    const ms = clock('06:00:00') + random.below(12 * HOUR)
    const call = ordinaryCall(random, ms, resource)
    return deliverOther(auditListKey(random, call.at, resource), call, 'Audit')
  })
}
