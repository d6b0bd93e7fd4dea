// An app as Probot's documentation has it: a card in Teams for what happens to an issue.
export default (app) => {
  app.on("issues", async ({ payload }) => {
    const { action, issue, repository, sender } = payload;
    const title = `${sender.login} ${action} issue #${issue.number}: ${issue.title}`;
    const answer = await fetch(process.env.TEAMS_WEBHOOK, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({
        "@type": "MessageCard",
        "@context": "https://schema.org/extensions",
        summary: title,
        title,
        text: (issue.body ?? "").slice(0, 500),
        sections: [
          {
            activityTitle: repository.full_name,
            facts: [
              { name: "Assigned to", value: issue.assignees.map((one) => one.login).join(", ") },
              { name: "Labels", value: issue.labels.map((one) => one.name).join(", ") },
            ],
          },
        ],
        potentialAction: [
          { "@type": "OpenUri", name: "View issue", targets: [{ os: "default", uri: issue.html_url }] },
        ],
      }),
    });
    await answer.text();
    if (!answer.ok) throw new Error(`Teams answered ${answer.status}`);
  });
};
