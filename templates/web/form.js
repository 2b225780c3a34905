// The form works without this. It keeps a draft for a day, and sees to it that nothing is sent twice.
(() => {
  const mark = 'vinkje:', main = document.querySelector('main'), form = document.querySelector('form')
  const id = name => document.getElementById(name)
  const fields = name => document.getElementsByName(name)
  const read = name => JSON.parse(localStorage[name] || '{}')
  // One organisation's answers are not for another's link.
  const { home } = main.dataset
  const keep = (key, value) => { localStorage[mark + key] = JSON.stringify({ at: Date.now(), home, ...value }) }
  const names = () => Object.keys(localStorage).filter(name => name.startsWith(mark))
  let busy
  document.addEventListener('submit', event => { if (busy) event.preventDefault(); busy = true })
  addEventListener('pageshow', () => { busy = false })

  // A browser may forbid to keep anything; then the rest is left out.
  for (const name of names()) if (Date.now() - read(name).at > 864e5) localStorage.removeItem(name)
  if (main.dataset.sent) keep(main.dataset.sent, { sent: 1 })
  if (!form) return

  const key = fields('_key')[0], version = fields('_version')[0], fresh = !('kept' in main.dataset)
  document.addEventListener('input', () => keep(key.value, {
    version: version.value,
    answers: [...new FormData(form)].filter(([name, value]) => name[0] !== '_' && value)
  }))
  addEventListener('pageshow', event => {
    // Back from the receipt: a colleague's answers must not take the place of these.
    const now = read(mark + key.value).now || key.value
    if (read(mark + now).sent && (fresh || event.persisted || performance.navigation.type === 2)) location.replace(home + '?again')
  })
  id('_again').hidden = !location.search

  const draft = names().map(name => ({ name, ...read(name) })).filter(one => one.answers?.length && (one.home ?? home) === home && one.name !== mark + key.value).sort((a, b) => b.at - a.at)[0]
  if (!fresh || !draft) return
  const show = shown => { id('_draft').hidden = !shown }
  show(true)
  id('_when').textContent = new Date(draft.at).toLocaleTimeString([], { timeStyle: 'short' })
  id('_wipe').onclick = () => { localStorage.removeItem(draft.name); show() }
  id('_take').onclick = () => {
    const now = draft.name.slice(mark.length)
    keep(key.value, { now })
    key.value = now
    version.value = draft.version
    for (const [name, value] of draft.answers) {
      for (const one of fields(name)) {
        if (one.type === 'radio') one.checked = one.value === value
        else one.value = value
      }
    }
    show()
  }
})()
