/// The only script of the dashboard; every page works without it.
///
/// It knows nothing of what pages show: when the service says that something has changed, it asks for the page again and
/// replaces the parts whose markup differs. It keeps the focus, the scroll position and what has been unfolded, leaves a
/// part alone while somebody types in it, and rests while nobody looks. It never asks the browser for the time.
enum DashboardScript {
    static let text = #"""
        'use strict'
        {
          const main = document.getElementById('main')
          const said = document.getElementById('said')
          const link = document.getElementById('link')
          const parts = root => [...root.querySelectorAll('#head, #main > section')]
          const key = part => part.id || part.getAttribute('aria-labelledby')
          const focusable = part => [...part.querySelectorAll('a, button, input, select, textarea, summary, [tabindex]')]
          const sent = new Map(parts(document).map(part => [key(part), part.outerHTML]))
          let source, waiting, asking = false, again = false

          const isBusy = part => part.contains(document.activeElement) && document.activeElement.matches('input, select, textarea')

          function replace(old, fresh) {
            const open = [...old.querySelectorAll('details')].map(part => part.open)
            const focus = old.contains(document.activeElement) ? focusable(old).indexOf(document.activeElement) : -1
            const scrolled = [...old.querySelectorAll('.scroll, pre')].map(part => part.scrollLeft)
            old.replaceWith(fresh)
            fresh.querySelectorAll('details').forEach((part, index) => { part.open = open[index] || part.open })
            fresh.querySelectorAll('.scroll, pre').forEach((part, index) => { part.scrollLeft = scrolled[index] || 0 })
            if (focus >= 0) (focusable(fresh)[focus] || main).focus({preventScroll: true})
          }

          function show(page) {
            const fresh = parts(page)
            const names = fresh.map(key)
            const say = page.getElementById('head')?.dataset.say
            if (say && say !== document.getElementById('head')?.dataset.say) said.textContent = say
            for (const old of parts(document)) {
              if (!names.includes(key(old))) { sent.delete(key(old)); old.remove() }
            }
            let before = null
            for (const part of fresh) {
              const name = key(part)
              const markup = part.outerHTML
              let old = parts(document).find(other => key(other) === name)
              if (!old) {
                old = document.adoptNode(part)
                if (before) before.after(old); else main.prepend(old)
                sent.set(name, markup)
              } else if (sent.get(name) !== markup && !isBusy(old)) {
                const node = document.adoptNode(part)
                replace(old, node)
                sent.set(name, markup)
                old = node
              }
              before = old
            }
            document.title = page.title
          }

          async function ask() {
            if (asking) { again = true; return }
            asking = true
            try {
              const answer = await fetch(location.href, {headers: {Accept: 'text/html'}})
              if (answer.status === 401 || answer.status === 403) return location.reload()
              if (answer.ok) show(new DOMParser().parseFromString(await answer.text(), 'text/html'))
            } catch {
              // The stream says when the service is back.
            } finally {
              asking = false
              if (again) { again = false; soon() }
            }
          }

          // Several changes within a moment are one.
          function soon() { waiting ||= setTimeout(() => { waiting = undefined; ask() }, 200) }

          function tell(words) { link.hidden = !words; link.textContent = words }

          function listen() {
            if (!main.dataset.stream || source) return
            source = new EventSource(main.dataset.stream)
            source.addEventListener('changed', soon)
            let wasLost = false
            source.onopen = () => {
              tell('Live.')
              if (wasLost) soon()
              wasLost = false
            }
            source.onerror = () => {
              tell('Not connected; trying again.')
              wasLost = true
              if (source.readyState !== EventSource.CLOSED) return
              source = undefined
              setTimeout(() => { if (!document.hidden) { listen(); soon() } }, 3000)
            }
          }

          if (main.dataset.stream || main.dataset.every) {
            listen()
            document.addEventListener('visibilitychange', () => {
              if (document.hidden) {
                source?.close()
                source = undefined
              } else {
                listen()
                soon()
              }
            })
            const every = Number(main.dataset.every)
            if (every) setInterval(() => { if (!document.hidden) soon() }, every * 1000)
            addEventListener('pagehide', () => { source?.close(); source = undefined })
            addEventListener('pageshow', event => { if (event.persisted) { listen(); soon() } })
          }

          const editor = document.getElementById('editor')
          if (editor) {
            const text = document.getElementById('scenario')
            let pause, number = 0
            async function check() {
              const mine = ++number
              const answer = await fetch(editor.dataset.check, {
                method: 'POST', headers: {Accept: 'text/html'}, body: new URLSearchParams(new FormData(editor)),
              }).catch(() => undefined)
              if (!answer?.ok || mine !== number) return
              const page = new DOMParser().parseFromString(await answer.text(), 'text/html')
              const fresh = page.getElementById('found')
              const found = document.getElementById('found')
              if (fresh && fresh.innerHTML !== found.innerHTML) found.replaceChildren(...document.adoptNode(fresh).childNodes)
            }
            const later = () => { clearTimeout(pause); pause = setTimeout(check, 400) }
            editor.addEventListener('input', later)
            editor.addEventListener('change', later)
            document.getElementById('found').addEventListener('click', event => {
              const line = Number(event.target.closest('a')?.dataset.line)
              if (!line) return
              event.preventDefault()
              const lines = text.value.split('\n')
              const start = lines.slice(0, line - 1).reduce((sum, each) => sum + each.length + 1, 0)
              text.focus()
              text.setSelectionRange(start, start + (lines[line - 1] || '').length)
              text.scrollTop = Math.max(0, line - 5) * parseFloat(getComputedStyle(text).lineHeight)
            })
          }
        }
        """#
}
