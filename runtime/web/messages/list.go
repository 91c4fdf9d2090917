package messages

// Level says how important a message is (django.contrib.messages.constants).
type Level int

// The levels.
const (
	Debug   Level = 10
	Info    Level = 20
	Success Level = 25
	Warning Level = 30
	Error   Level = 40
)

// Tag is the level as a class of HTML: "success"; empty for a level of one's own.
func (l Level) Tag() string {
	switch l {
	case Debug:
		return "debug"
	case Info:
		return "info"
	case Success:
		return "success"
	case Warning:
		return "warning"
	case Error:
		return "error"
	}
	return ""
}

// Message is one message.
type Message struct {
	Level Level `json:"l"`
	// Text is escaped where it is shown.
	Text string `json:"t"`
	// ExtraTags are more classes.
	ExtraTags string `json:"x,omitempty"`
}

// Tags are all classes, the extra ones first.
func (m Message) Tags() string {
	switch tag := m.Level.Tag(); {
	case m.ExtraTags == "":
		return tag
	case tag == "":
		return m.ExtraTags
	default:
		return m.ExtraTags + " " + tag
	}
}

// LevelTag is the class of the level alone (level_tag).
func (m Message) LevelTag() string { return m.Level.Tag() }

// String is the text.
func (m Message) String() string { return m.Text }

// List is what one request knows of messages. The zero List keeps those of level Info and above.
type List struct {
	// MinLevel is from which level on messages count; Info where it is 0 (MESSAGE_LEVEL).
	MinLevel Level

	load   func() []Message
	loaded bool
	kept   []Message
	queued []Message
	used   bool
}

// Begin makes the list ready for a request. load reads those that were kept, when somebody looks.
func (l *List) Begin(load func() []Message) { *l = List{MinLevel: l.MinLevel, load: load} }

// Add adds a message. One without text, or below the level, is left out.
func (l *List) Add(level Level, text string, extraTags ...string) {
	least := l.MinLevel
	if least == 0 {
		least = Info
	}
	if text == "" || level < least {
		return
	}
	m := Message{Level: level, Text: text}
	for _, tag := range extraTags {
		if m.ExtraTags != "" {
			m.ExtraTags += " "
		}
		m.ExtraTags += tag
	}
	l.queued = append(l.queued, m)
}

// Show returns all messages, oldest first, and forgets them: they are being shown.
func (l *List) Show() []Message {
	l.used = true
	l.read()
	l.kept = append(l.kept, l.queued...)
	l.queued = nil
	return l.kept
}

// Len is how many there are, without showing them.
func (l *List) Len() int {
	l.read()
	return len(l.kept) + len(l.queued)
}

func (l *List) read() {
	if !l.loaded && l.load != nil {
		l.kept = l.load()
	}
	l.loaded = true
}

// Looked reports whether somebody asked for the messages, or added one: the
// answer is then one visitor's.
func (l *List) Looked() bool { return l.loaded || l.used || len(l.queued) > 0 }

// Remaining are the messages to keep for the next page; changed is false where
// what is kept already stays as it is.
func (l *List) Remaining() (keep []Message, changed bool) {
	switch {
	case l.used:
		return l.queued, true
	case len(l.queued) > 0:
		l.read()
		return append(l.kept, l.queued...), true
	}
	return nil, false
}
