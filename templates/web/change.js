// The page works without this. What is secret in a link to change answers stands behind its #, which
// browsers send to nobody; this sends it on as if somebody had pasted it.
(() => {
  const field = document.getElementById('_code')
  const take = () => {
    if (!location.hash[1]) return
    field.value = location.hash
    // The browser's history need not have it either.
    history.replaceState(null, '', location.pathname)
    field.form.submit()
  }
  addEventListener('hashchange', take)
  take()
})()
