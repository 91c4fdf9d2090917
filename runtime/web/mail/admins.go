package mail

// Admins are who hears of the site's failures (ADMINS).
type Admins struct {
	// To are their addresses; none hear of nothing.
	To []string
	// From is the sender (SERVER_EMAIL); the site's own where it is empty.
	From string
	// Prefix stands before the subject (EMAIL_SUBJECT_PREFIX).
	Prefix string
}

// Message is a message to all of them.
func (a *Admins) Message(subject, text string) *Message {
	return &Message{From: a.From, To: a.To, Subject: a.Prefix + subject, Text: text}
}
