import type { TSchema } from 'typebox'
import { isRecord } from '../json.ts'
import { checkConversation } from './converse-messages-check.ts'
import { ANY_MODEL, type ConverseModel, converseModel } from './converse-models.ts'
import { ConverseBody, CountedBody } from './converse-schema.ts'
import { refuse } from './dialect.ts'
import { type Json, objectsIn } from './json.ts'
import { faultIn } from './shape.ts'

/** Everything Converse says no to, in its own words. Throws a Refusal. */
export function checkConverse(body: unknown, model: string, isStream: boolean): void {
  const checked = shaped(body, ConverseBody)
  const facts = converseModel(model) ?? ANY_MODEL
  checkInference(checked, facts)
  checkTools(checked, facts, isStream)
  checkInput(checked, facts)
}

/** The same for what CountTokens is asked with. */
export function checkCounted(body: unknown, model: string): void {
  checkInput(shaped(body, CountedBody), converseModel(model) ?? ANY_MODEL)
}

function shaped(body: unknown, schema: TSchema): Json {
  const fault = faultIn(schema, body, '')
  if (fault !== null || !isRecord(body)) {
    return refuse(`1 validation error detected: ${fault ?? 'the body is no object'}`)
  }
  return body
}

function checkInference(body: Json, { maxTokens, stopSequences }: ConverseModel): void {
  const config = isRecord(body.inferenceConfig) ? body.inferenceConfig : {}
  if (Number(config.maxTokens ?? 0) > maxTokens) {
    refuse(
      `The maximum tokens you requested exceeds the model limit of ${maxTokens}. Try again with a ` +
        `maximum tokens value that is lower than ${maxTokens}.`,
    )
  }
  if (!stopSequences && 'stopSequences' in config) refuseField('stopSequences')
}

function checkTools({ toolConfig }: Json, facts: ConverseModel, isStream: boolean): void {
  if (!isRecord(toolConfig)) return
  if (isStream && !facts.streamsTools) {
    refuse("This model doesn't support tool use in streaming mode.")
  }
  const names = objectsIn(toolConfig.tools).map(({ toolSpec }) =>
    isRecord(toolSpec) ? String(toolSpec.name) : '',
  )
  if (new Set(names).size < names.length) refuse('The tools contain duplicate names.')
  const choice = isRecord(toolConfig.toolChoice) ? toolConfig.toolChoice : {}
  for (const kind of Object.keys(choice)) {
    if (!facts.toolChoices.includes(kind)) refuseField(`toolConfig.toolChoice.${kind}`)
  }
  if (isRecord(choice.tool) && !names.includes(String(choice.tool.name))) {
    refuse('The tool in toolConfig.toolChoice.tool is not defined in toolConfig.tools.')
  }
}

function checkInput(body: Json, facts: ConverseModel): void {
  for (const name of Object.keys(
    isRecord(body.additionalModelRequestFields) ? body.additionalModelRequestFields : {},
  )) {
    if (!facts.extraFields.includes(name)) {
      refuse(`The model returned the following errors: ${name}: Extra inputs are not permitted`)
    }
  }
  checkConversation(objectsIn(body.messages), body.toolConfig !== undefined, facts)
  const points = JSON.stringify([body.system, body.messages]).split('"cachePoint":').length - 1
  if (points > 0 && !facts.cachePoints) {
    refuse(
      'You invoked an unsupported model or your request did not allow prompt caching. See the ' +
        'documentation for more information.',
    )
  }
  if (points > MOST_CACHE_POINTS) refuse(`Found ${points} cache points, at most 4 are allowed.`)
}

const MOST_CACHE_POINTS = 4

function refuseField(field: string): never {
  refuse(`This model doesn't support the ${field} field. Remove ${field} and try again.`)
}
