package status

import (
	"fmt"
	"html/template"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"stackgen.dev/runtime/proxy"
)

// view is a Status with what only the page has a use for.
type view struct {
	Status
	Style   template.CSS
	Refresh int
}

// Requests are those of all locations.
func (v view) Requests() (n int64) {
	for _, l := range v.Proxy.Locations {
		n += l.Requests
	}
	return n
}

// Failed are those of all locations that were answered with 5xx.
func (v view) Failed() (n int64) {
	for _, l := range v.Proxy.Locations {
		n += l.Classes["5xx"]
	}
	return n
}

// Down are the servers of upstreams that get no requests because of what they did.
func (v view) Down() (n int) {
	for _, u := range v.Proxy.Upstreams {
		for _, s := range u.Servers {
			if s.State == "failed" || s.State == "sick" {
				n++
			}
		}
	}
	return n
}

// Health is the page's first word, and the class that colours it.
func (v view) Health() string {
	switch {
	case v.Problem != "" || v.Down() > 0 || v.troubled():
		return "warn"
	case v.State != "serving":
		return "busy"
	}
	return "good"
}

// soon is how long before a certificate's end somebody should know.
const soon = 14 * 24 * time.Hour

func (v view) troubled() bool {
	for _, c := range v.Certificates {
		if c.Problem != "" || c.Expires.Sub(v.Time) < soon {
			return true
		}
	}
	return false
}

// Seen are the locations that had requests.
func (v view) Seen() (seen []proxy.LocationFigures) {
	for _, l := range v.Proxy.Locations {
		if l.Requests > 0 {
			seen = append(seen, l)
		}
	}
	return seen
}

// Refusals are the requests that were turned away, one row for each limit and location.
func (v view) Refusals() (rows []refusal) {
	for _, l := range v.Proxy.Locations {
		for _, by := range slices.Sorted(maps.Keys(l.Refused)) {
			rows = append(rows, refusal{l.Location, by, l.Refused[by]})
		}
	}
	return rows
}

type refusal struct {
	Location, By string
	Requests     int64
}

// piece is a part of a bar, in per cent of its width.
type piece struct {
	Class      string
	Start, Len string
}

// functions are what the template may call.
func functions() template.FuncMap {
	return template.FuncMap{
		"count": count, "bytes": byteCount, "since": since, "clock": clock, "mean": mean, "classes": classes,
		"share": share, "left": left, "asked": asked, "lower": strings.ToLower,
	}
}

// classes is the bar of a location's statuses.
func classes(l proxy.LocationFigures) (bar []piece) {
	at := 0.0
	for _, class := range []string{"2xx", "3xx", "4xx", "5xx", "1xx"} {
		n := l.Classes[class]
		if n == 0 || l.Requests == 0 {
			continue
		}
		wide := 100 * float64(n) / float64(l.Requests)
		bar = append(bar, piece{"s" + class[:1], percent(at), percent(wide)})
		at += wide
	}
	return bar
}

// share is the bar of what is used of something.
func share(used, most int64) []piece {
	if most <= 0 {
		return nil
	}
	return []piece{{"used", "0", percent(min(100*float64(used)/float64(most), 100))}}
}

func percent(f float64) string { return strconv.FormatFloat(f, 'f', 2, 64) }

// count is a number that people can read: 12,345.
func count(v any) string {
	text := fmt.Sprint(v)
	var b strings.Builder
	for i, c := range text {
		if i > 0 && c != '-' && (len(text)-i)%3 == 0 && text[i-1] != '-' {
			b.WriteByte(',')
		}
		b.WriteRune(c)
	}
	return b.String()
}

// byteCount is a size with the unit that fits.
func byteCount(n int64) string {
	f := float64(n)
	for _, unit := range []string{"B", "KB", "MB", "GB"} {
		if f < 1000 {
			if unit == "B" || f >= 100 {
				return fmt.Sprintf("%.0f %s", f, unit)
			}
			return fmt.Sprintf("%.1f %s", f, unit)
		}
		f /= 1024
	}
	return fmt.Sprintf("%.1f TB", f)
}

// since is how long ago something was, with two units.
func since(now, then time.Time) string {
	if then.IsZero() {
		return "–"
	}
	return duration(now.Sub(then))
}

func duration(d time.Duration) string {
	switch {
	case d < time.Minute:
		return fmt.Sprintf("%d s", int(d.Seconds()))
	case d < time.Hour:
		return fmt.Sprintf("%d min %d s", int(d.Minutes()), int(d.Seconds())%60)
	case d < 24*time.Hour:
		return fmt.Sprintf("%d h %d min", int(d.Hours()), int(d.Minutes())%60)
	}
	return fmt.Sprintf("%d d %d h", int(d.Hours())/24, int(d.Hours())%24)
}

// left is how long a certificate has, and the class that colours it.
func left(now time.Time, c proxy.CertificateStatus) map[string]string {
	d := c.Expires.Sub(now)
	switch {
	case c.Expires.IsZero():
		return map[string]string{"Class": "bad", "Text": "none"}
	case d <= 0:
		return map[string]string{"Class": "bad", "Text": "over"}
	case d < soon || c.Problem != "":
		return map[string]string{"Class": "warn", "Text": duration(d)}
	}
	return map[string]string{"Class": "good", "Text": duration(d)}
}

func clock(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05") }

// mean is the average of durations.
func mean(d proxy.Durations) string {
	var n int64
	for _, c := range d.Counts {
		n += c
	}
	if n == 0 {
		return "–"
	}
	return time.Duration(d.Sum / float64(n) * float64(time.Second)).Round(10 * time.Microsecond).String()
}

// asked are the figures of a server's label.
func asked(u proxy.UpstreamFigures, label string) proxy.ServerFigures {
	for _, s := range u.Asked {
		if s.Server == label {
			return s
		}
	}
	return proxy.ServerFigures{Server: label}
}
