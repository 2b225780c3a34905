// The form works without this. It keeps a draft for a day, and sees to it that nothing is sent twice.
(() => {
  const day = 864e5, mark = 'vinkje:'
  const main = document.querySelector('main'), form = document.querySelector('form')
  const id = name => document.getElementById(name)
  const field = name => document.getElementsByName(name)[0]
  const read = name => { try { return JSON.parse(localStorage[name]) } catch { return null } }
  const keep = (key, value) => { try { localStorage[mark + key] = JSON.stringify({ at: Date.now(), ...value }) } catch {} }
  const names = () => { try { return Object.keys(localStorage).filter(name => name.startsWith(mark)) } catch { return [] } }

  for (const name of names()) if (!(Date.now() - read(name)?.at < day)) localStorage.removeItem(name)
  if (main.dataset.sent) keep(main.dataset.sent, { sent: 1 })
  if (!form) return

  let busy = false
  const key = field('_key'), version = field('_version'), fresh = !('kept' in main.dataset)
  document.addEventListener('submit', event => { if (busy) event.preventDefault(); busy = true })
  document.addEventListener('input', () => keep(key.value, {
    version: version.value,
    answers: [...new FormData(form)].filter(([name, value]) => name[0] !== '_' && value)
  }))
  addEventListener('pageshow', () => {
    busy = false
    // Back from the receipt: a colleague's answers must not take the place of these.
    if (fresh && read(mark + key.value)?.sent) location.replace(location.pathname + '?again')
  })
  id('_faults')?.focus()
  id('_again').hidden = !location.search

  const draft = names().map(name => ({ name, ...read(name) })).filter(one => one.answers?.length).sort((a, b) => b.at - a.at)[0]
  if (!fresh || !draft || draft.name === mark + key.value) return
  id('_draft').hidden = false
  id('_when').textContent = new Date(draft.at).toLocaleTimeString([], { timeStyle: 'short' })
  id('_take').onclick = () => {
    key.value = draft.name.slice(mark.length)
    version.value = draft.version
    for (const [name, value] of draft.answers) {
      for (const one of document.getElementsByName(name)) {
        if (one.type === 'radio') one.checked = one.value === value
        else one.value = value
      }
    }
    id('_draft').hidden = true
  }
  id('_wipe').onclick = () => { localStorage.removeItem(draft.name); id('_draft').hidden = true }
})()
