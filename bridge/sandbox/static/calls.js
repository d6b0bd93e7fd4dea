/** Calls to the sandbox and to the bridge's own API; a refusal becomes an Error with the sentence that was sent. */

export async function call(method, path, body) {
  const answer = await fetch(path, {
    method,
    headers: body === undefined ? {} : { "content-type": "application/json" },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await answer.text();
  let data = null;
  try {
    data = text ? JSON.parse(text) : null;
  } catch {
    if (answer.ok) throw new Error(`${path} did not answer with JSON.`);
  }
  if (!answer.ok) throw new Error(data?.detail || text || `${path} answered ${answer.status}.`);
  return data;
}
