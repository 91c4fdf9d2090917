package csrf

// State is what one request knows of its secret. The zero State knows none.
type State struct {
	secret string
	update bool
}

// Load sets the secret that the client sent.
func (s *State) Load(secret string) { s.secret = secret }

// Token returns a masked token for a page, and has the cookie sent: a secret
// is made where the client had none.
func (s *State) Token() string {
	if s.secret == "" {
		s.secret = NewSecret()
	}
	s.update = true
	return Mask(s.secret)
}

// Asked reports whether a page has a token, so that it is one visitor's.
func (s *State) Asked() bool { return s.update }

// Rotate replaces the secret: to be done when somebody logs in.
func (s *State) Rotate() { s.secret, s.update = NewSecret(), true }

// Pending returns the secret that has to be sent as a cookie, once.
func (s *State) Pending() (string, bool) {
	update := s.update
	s.update = false
	return s.secret, update
}
