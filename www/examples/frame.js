// A page that drives riskset in a sandboxed frame. The frame's address names this page's origin: it hears no other.
const frame = document.querySelector('iframe');
const say = (words) => { document.getElementById('said').textContent = words; };
frame.src = `../embed.html#origin=${encodeURIComponent(self.origin)}&view=figure:curves`;

const study = (by) => ({
  format: 'riskset-study/1',
  data: { columns: { chemo: { label: 'Chemotherapy', type: 'category', levels: ['No CT', 'CT'] }, fnclcc_grade: { label: 'FNCLCC grade', type: 'category' } } },
  endpoints: { OS: { label: 'Overall survival', origin: 'date_of_diagnosis', events: { death: 'date_of_death' }, censor: 'date_of_last_follow_up', unit: 'months' } },
  analyses: [{ id: 'curves', type: 'kaplan_meier', endpoint: 'OS', by }, { id: 'test', type: 'log_rank', endpoint: 'OS', by }],
});

async function start() {
  const riskset = await RiskSetFrame.connect(frame);
  await riskset.load(document.getElementById('cohort').textContent.trimStart(), { name: 'cohort.csv' });
  const run = async (by) => {
    await riskset.set({ view: 'figure:curves' });
    const { results } = await riskset.run(study(by));
    say(`Log-rank p = ${results[1].p_value.toFixed(3)}`);
  };
  for (const button of document.querySelectorAll('[data-by]')) button.addEventListener('click', () => run(button.dataset.by).catch((error) => say(error.message)));
  document.querySelector('[data-view]').addEventListener('click', () => riskset.set({ view: 'all' }));
  await run('chemo');
}

start().catch((error) => say(error.message));
