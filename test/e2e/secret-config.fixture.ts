/** What an operator writes: every secret of every component, in a pipeline. */
export const COMPLETE = `receivers:
  file: { include: [logs.ndjson], start_at: beginning, follow: false }
  event_hubs: { connection_string: '$CONNECTION' }
  event_hubs/plain:
    brokers: [127.0.0.1:$REFUSED]
    topics: [logs]
    tls: false
    sasl: { mechanism: plain, username: someone, password: '$PLAIN' }
  event_hubs/scram:
    brokers: [127.0.0.1:$REFUSED]
    topics: [logs]
    tls: false
    sasl: { mechanism: scram-sha-512, username: someone, password: '$SCRAM' }
  event_hubs/oauth:
    brokers: [127.0.0.1:$REFUSED]
    topics: [logs]
    tls: false
    sasl:
      mechanism: oauthbearer
      token_url: http://127.0.0.1:$ECHO/token
      client_id: someone
      client_secret: '$CLIENT'
  otlp:
    protocols: { http: { endpoint: 127.0.0.1:0 }, grpc: { endpoint: 127.0.0.1:0 } }
    auth:
      bearer_tokens: ['$BEARER']
      basic: [{ username: someone, password: '$BASIC' }]
processors:
  field_mapping: { preset: azure_openai }
  zero_length_response:
  redact: { key: '$KEY', rules: [{ attributes: [user.id], action: hash }] }
exporters:
  otlp: { endpoint: 'http://127.0.0.1:$ECHO', headers: { authorization: '$HEADER', x-api-key: '$API_KEY' } }
  otlp/json: { endpoint: 'http://127.0.0.1:$ECHO', protocol: http/json, headers: { authorization: '$HEADER' } }
  otlp/redirect: { endpoint: 'http://127.0.0.1:$ECHO/redirect', headers: { authorization: '$HEADER' } }
  otlp/refused: { endpoint: 'http://127.0.0.1:$REFUSED', headers: { authorization: '$HEADER' } }
  otlp/garbage: { endpoint: 'http://127.0.0.1:$PARROT', headers: { authorization: '$HEADER' } }
  otlp/grpc: { endpoint: 'http://127.0.0.1:$PARROT', protocol: grpc, headers: { authorization: '$GRPC' } }
  otlp/grpc_refused: { endpoint: 'http://127.0.0.1:$REFUSED', protocol: grpc, headers: { authorization: '$GRPC' } }
  slack: { webhook_url: '$HOOK' }
  slack/token: { token: '$TOKEN', channel: C012AB3CD, api_url: 'http://127.0.0.1:$ECHO/api/' }
  stdout:
extensions:
  health_check: { endpoint: 127.0.0.1:$HEALTH }
service:
  extensions: [health_check]
  pipelines:
    logs:
      receivers: [file, event_hubs, event_hubs/plain, event_hubs/scram, event_hubs/oauth, otlp]
      processors: [field_mapping, redact, zero_length_response]
      exporters: [otlp, otlp/json, otlp/redirect, otlp/refused, otlp/garbage, otlp/grpc, otlp/grpc_refused, slack, slack/token, stdout]
`

/** One mistake after another, each on the line of a secret or around it. */
export const MISTAKES: readonly (readonly [what: string, change: (config: string) => string])[] = [
  [
    'an unknown key beside it',
    (text) => text.replaceAll(/(password|client_secret|key|token): '\$/g, "wrong: 1, $1: '$"),
  ],
  [
    'an unknown key behind it',
    (text) => text.replaceAll(/((?:password|token|HEADER'|KEY|HOOK')[^},]*)(,| })/g, '$1, wrong: 1$2'),
  ],
  [
    'its key mistyped',
    (text) =>
      text.replaceAll(/(connection_strin|passwor|client_secre|heade|webhook_ur|toke)[gdtrln]s?:/g, '$1x:'),
  ],
  ['the type mistyped', (text) => text.replaceAll(/^ {2}(otlp|slack|redact|event_hubs)/gm, '  x$1')],
  [
    'the section mistyped',
    (text) => text.replace('exporters:\n', 'exportes:\n').replace('receivers:\n', 'recievers:\n'),
  ],
  [
    'a list where it should be',
    (text) => text.replaceAll(/: '?(\$(?:PLAIN|SCRAM|CLIENT|KEY|TOKEN|HOOK|CONNECTION|GRPC))'?/g, ": ['$1']"),
  ],
  [
    'a map where it should be',
    (text) =>
      text.replaceAll(
        /: '?(\$(?:PLAIN|SCRAM|CLIENT|KEY|TOKEN|HOOK|CONNECTION|GRPC))'?/g,
        ": { value: '$1' }",
      ),
  ],
  [
    'a line break in it',
    (text) => text.replaceAll(/'?(\$(?:HEADER|API_KEY|GRPC|TOKEN|HOOK|CONNECTION))'?/g, '"$1\\n"'),
  ],
  ['blanks in it', (text) => text.replaceAll(/'?(\$(?:TOKEN|HOOK|CONNECTION|KEY))'?/g, '"a $1 b"')],
  [
    'an address that is none',
    (text) =>
      text
        .replace("'$HOOK'", "'http://example.com/$HOOK'")
        .replace("'$TOKEN', channel: C012AB3CD", "'$TOKEN', channel: ' '"),
  ],
  ['another scheme', (text) => text.replace("'$HOOK'", "'ftp://$TOKEN:$TOKEN@example.com/$HOOK'")],
  ['a connection string without a host', (text) => text.replace("'$CONNECTION'", "'SharedAccessKey=$PLAIN'")],
  ['a connection string that is only a key', (text) => text.replace('$CONNECTION', '$PLAIN')],
  ['a quote that does not end', (text) => text.replace("password: '$PLAIN'", 'password: "$PLAIN')],
  [
    'a bracket that does not end',
    (text) => text.replace("authorization: '$HEADER' }", "authorization: '$HEADER'"),
  ],
  ['a tab before it', (text) => text.replace('      client_secret:', '\tclient_secret:')],
  [
    'its key twice',
    (text) =>
      text.replace("client_secret: '$CLIENT'", "client_secret: '$CLIENT'\n      client_secret: '$PLAIN'"),
  ],
  ['an anchor that is not there', (text) => text.replace("password: '$PLAIN'", 'password: *$PLAIN')],
  [
    'a tag on it',
    (text) => text.replace("password: '$PLAIN'", 'password: !$PLAIN x').replace("'$KEY'", '!!int $KEY'),
  ],
  ['a colon in it', (text) => text.replace("password: '$SCRAM'", 'password: a: $SCRAM')],
  ['an id with it', (text) => text.replace('client_id: someone', 'client_id: [someone]')],
  [
    'one too many, where one excludes the other',
    (text) => text.replace("slack: { webhook_url: '$HOOK'", "slack: { webhook_url: '$HOOK', token: '$TOKEN'"),
  ],
  [
    'log-in beside the connection string',
    (text) =>
      text.replace(
        "'$CONNECTION' }",
        "'$CONNECTION', sasl: { mechanism: plain, username: a, password: '$PLAIN' } }",
      ),
  ],
  ['an unfinished reference', (text) => text.replace("password: '$PLAIN'", `password: "$PLAIN\${env:"`)],
  [
    'a reference to what is missing',
    (text) => text.replace("password: '$PLAIN'", `password: "$PLAIN\${env:MISSING}"`),
  ],
  ['a key that is too short', (text) => text.replace('$KEY', 'Zq7')],
  [
    'it where a list should be',
    (text) =>
      text
        .replace("['$BEARER']", "'$BEARER'")
        .replace("headers: { authorization: '$HEADER' }", "headers: '$HEADER'"),
  ],
  [
    'a password in an address',
    (text) => text.replaceAll("'http://127.0.0.1:$ECHO", "'http://user:$BASIC@127.0.0.1:$ECHO"),
  ],
]
