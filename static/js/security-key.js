// Says on the page what the library's scripts say to the console alone: that a security key was not taken.
document.addEventListener('allauth.error', event => {
  event.preventDefault()
  document.getElementById('key-failed').hidden = false
})
