package proxy

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"

	"stackgen.dev/runtime/gateway"
)

func literal(text string) Template { return Template{{Text: text}} }
func attr(a Attribute) Template    { return Template{{Attr: a}} }

// Ensure that the keys of a map come in their order: the text, the longest end, the longest
// beginning, the first pattern, the default.
func TestMapOrder(t *testing.T) {
	m := Map{Name: "m", Source: attr(RequestHeader + "X"), Default: literal("default"), Rows: []MapRow{
		{"~ ^www", literal("first pattern")},
		{"*.example.com", literal("short end")},
		{"www.example.com", literal("text")},
		{"*.api.example.com", literal("long end")},
		{"www.*", literal("short beginning")},
		{"www.example.*", literal("long beginning")},
		{"~* ^UPPER-(?P<rest>.+)-([0-9])$", Template{{Text: "<"}, {Attr: "match.rest"}, {Text: "|"}, {Attr: "match.2"}, {Text: "|"}, {Attr: "match.0"}, {Text: ">"}}},
		{"~ ^Case$", literal("case")},
		{"", literal("nothing")},
	}}
	p := newProxy(t, Config{Maps: []Map{m}})
	for _, test := range []struct{ source, want string }{
		{"www.example.com", "text"},
		{"WWW.Example.COM", "text"},
		{"a.example.com", "short end"},
		{"a.api.example.com", "long end"},
		{"www.api.example.com", "long end"}, // an end comes before a beginning
		{"www.example.org", "long beginning"},
		{"www.org", "short beginning"},
		{"wwwx", "first pattern"},
		{"upper-a-b-7", "<a-b|7|upper-a-b-7>"},
		{"Case", "case"},
		{"case", "default"},
		{"", "nothing"},
		{"example.com", "default"}, // not beneath itself
		{"elsewhere", "default"},
	} {
		x := exchange(t, "GET /", "X: "+test.source)
		if got := p.ExplainMaps(x)[0].Value; got != test.want {
			t.Errorf("%q: %q, want %q", test.source, got, test.want)
		}
	}
}

// Ensure that of networks the longest wins, for both kinds of address.
func TestMapOfNetworks(t *testing.T) {
	p := newProxy(t, Config{Maps: []Map{{Name: "geo", Source: attr(ClientAddress), Networks: true, Default: literal("elsewhere"), Rows: []MapRow{
		{"10.0.0.0/8", literal("ten")}, {"10.1.0.0/16", literal("office")}, {"10.1.2.3", literal("printer")},
		{"2001:db8::/32", literal("six")}, {"2001:db8:1::/48", literal("six office")}, {"0.0.0.0/0", literal("four")},
	}}}})
	for address, want := range map[string]string{
		"10.9.9.9": "ten", "10.1.9.9": "office", "10.1.2.3": "printer", "192.0.2.1": "four", "2001:db8:2::1": "six", "2001:db8:1::1": "six office", "fe80::1": "elsewhere",
		"::ffff:10.1.9.9": "office",
	} {
		x := exchange(t, "GET /")
		x.Request.Client = netip.AddrPortFrom(netip.MustParseAddr(address), 1)
		if got := p.ExplainMaps(x)[0].Value; got != want {
			t.Errorf("%s: %q, want %q", address, got, want)
		}
	}
	x := exchange(t, "GET /")
	x.Request.Client = netip.AddrPort{}
	if got := p.ExplainMaps(x)[0].Value; got != "elsewhere" {
		t.Errorf("a unix socket: %q", got)
	}
}

// Ensure that a map works wherever attributes do, and may be made of another one.
func TestMapsEverywhere(t *testing.T) {
	app := text(func(x *gateway.Exchange) string {
		return fmt.Sprintf("%s pool=%s", x.Request.Path, x.Request.Header.Get("X-Pool"))
	})
	var log strings.Builder
	p := newProxy(t, Config{
		App: app,
		Maps: []Map{
			{Name: "pool", Source: attr("map.tier"), Default: literal("slow"), Rows: []MapRow{{"gold", Template{{Text: "fast-"}, {Attr: RequestHost}}}}},
			{Name: "tier", Source: attr(RequestHeader + "X-Key"), Default: literal("none"), Rows: []MapRow{{"k1", literal("gold")}}},
		},
		Headers: Headers{SetMade: []MadeField{{"X-Tier", attr("map.tier")}}},
		Locations: []Location{
			{Path: "/", When: Condition{Op: Equal, Attr: "map.tier", Values: []string{"gold"}}, Rewrite: Template{{Text: "/gold/"}, {Attr: "map.pool"}},
				RequestHeaders: Headers{SetMade: []MadeField{{"X-Pool", attr("map.pool")}}}, Action: Forward{App: true}},
			{Path: "/", Action: Redirect{To: Template{{Text: "/for/"}, {Attr: "map.tier"}}}},
		},
		AccessLog: &log, AccessLogRules: LogRules{Template: Template{{Text: "tier="}, {Attr: "map.tier"}}},
	})
	got := ask(t, p, "GET /a", "X-Key: K1")
	if got.body != "/gold/fast-example.com pool=fast-example.com" || got.field("X-Tier") != "gold" {
		t.Errorf("%q %q", got.body, got.field("X-Tier"))
	}
	got = ask(t, p, "GET /a")
	if got.field("Location") != "/for/none" || got.field("X-Tier") != "none" {
		t.Errorf("%q %q", got.field("Location"), got.field("X-Tier"))
	}
	p.Close()
	if log.String() != "tier=gold\ntier=none\n" {
		t.Errorf("the log is %q", log.String())
	}
}

// Ensure that keys beyond ASCII are found, as what they are.
func TestMapKeysBeyondASCII(t *testing.T) {
	m := Map{Name: "m", Source: attr("request.header.x"), Default: literal("none"), Rows: []MapRow{
		{"ÄPFEL", literal("capitals")}, {"birnen-é", literal("small")}, {"*-Ö", literal("ends")}, {"Ü-*", literal("begins")}}}
	p := newProxy(t, Config{Maps: []Map{m}})
	for source, want := range map[string]string{
		"ÄPFEL": "capitals", "Äpfel": "capitals", "äpfel": "none", "Birnen-é": "small", "birnen-É": "none",
		"a-Ö": "ends", "a-ö": "none", "Ü-b": "begins", "ü-b": "none",
	} {
		x := exchange(t, "GET /", "X: "+source)
		if got := string(p.maps["m"].made(x, visit{})); got != want {
			t.Errorf("%s makes %s, want %s", source, got, want)
		}
	}
}

// Ensure that IPv4 is the same network however it is written, of keys, conditions and clients.
func TestNetworksOfMappedIPv4(t *testing.T) {
	for text, want := range map[string]string{
		"192.0.2.1": "192.0.2.1/32", "::ffff:192.0.2.1": "192.0.2.1/32", "::ffff:192.0.2.77/120": "192.0.2.0/24",
		"::ffff:0:0/96": "0.0.0.0/0", "10.1.2.3/8": "10.0.0.0/8", "2001:db8::1": "2001:db8::1/128", "::/0": "::/0", "fe80::1%eth0": "fe80::1/128",
		"": "invalid Prefix", "10/8": "invalid Prefix", "10.0.0.0/33": "invalid Prefix", "::ffff:1.2.3.4/129": "invalid Prefix",
	} {
		got, err := ParseNetwork(text)
		if got.String() != want || (err != nil) != (want == "invalid Prefix") {
			t.Errorf("%q is %s, %v, want %s", text, got, err, want)
		}
	}
	m := Map{Name: "m", Source: attr(ClientAddress), Networks: true, Default: literal("none"), Rows: []MapRow{
		{"::ffff:192.0.2.0/120", literal("net")}, {"::ffff:198.51.100.7", literal("one")}}}
	p := newProxy(t, Config{Maps: []Map{m}, Locations: []Location{
		{Path: "/", Action: Redirect{To: literal("/in"), Status: 302}, When: Condition{Op: Within, Attr: ClientAddress, Values: []string{"::ffff:192.0.2.0/120"}}}}})
	for client, want := range map[string]string{"192.0.2.9": "net", "::ffff:192.0.2.9": "net", "198.51.100.7": "one", "198.51.100.8": "none", "2001:db8::1": "none"} {
		x := exchange(t, "GET /")
		x.Request.Client = netip.AddrPortFrom(netip.MustParseAddr(client), 1)
		if got := string(p.maps["m"].made(x, visit{})); got != want {
			t.Errorf("%s makes %s, want %s", client, got, want)
		}
		p.Serve(x)
		if a := collect(t, x); (a.status == 302) != (want == "net") {
			t.Errorf("%s gets %d", client, a.status)
		}
	}
}

// Ensure that New says what is wrong with a map.
func TestMapErrors(t *testing.T) {
	source := attr(RequestHost)
	for want, all := range map[string][]Map{
		`proxy: map "a" is declared twice`:    {{Name: "a", Source: source}, {Name: "a", Source: source}},
		`map "a": the source is missing`:      {{Name: "a"}},
		`map "a": there is no map "b"`:        {{Name: "a", Source: attr("map.b")}},
		`map "a" is made of itself`:           {{Name: "a", Source: attr("map.b")}, {Name: "b", Source: source, Default: attr("map.a")}},
		`map "a": key "~ (": error parsing`:   {{Name: "a", Source: source, Rows: []MapRow{{"~ (", nil}}}},
		`key "*": a star stands at one end`:   {{Name: "a", Source: source, Rows: []MapRow{{"*", nil}}}},
		`key "X": it stands there twice`:      {{Name: "a", Source: source, Rows: []MapRow{{"x", nil}, {"X", nil}}}},
		`key "10/8": it is no network`:        {{Name: "a", Source: attr(ClientAddress), Networks: true, Rows: []MapRow{{"10/8", nil}}}},
		`key "10.0.0.1/8": it stands there`:   {{Name: "a", Source: attr(ClientAddress), Networks: true, Rows: []MapRow{{"10.0.0.0/8", nil}, {"10.0.0.1/8", nil}}}},
		`no pattern has the group "match.1"`:  {{Name: "a", Source: attr("match.1")}},
		`the pattern has no group "2"`:        {{Name: "a", Source: source, Rows: []MapRow{{"~ (a)", attr("match.2")}}}},
		`a request has no "response.status"`:  {{Name: "a", Source: attr("response.status")}},
		`the source is missing, or no addres`: {{Name: "a", Source: source, Networks: true}},
	} {
		_, err := New(Config{Maps: all})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

func BenchmarkMap(b *testing.B) {
	m := Map{Name: "m", Source: attr(RequestHost), Default: literal("default")}
	for i := range 1000 {
		m.Rows = append(m.Rows, MapRow{fmt.Sprintf("h%d.example.com", i), literal("v")}, MapRow{fmt.Sprintf("*.h%d.example.com", i), literal("w")})
	}
	p := newProxy(b, Config{Maps: []Map{m}})
	x := exchange(b, "GET /", "Host: a.h999.example.com")
	var v visit
	b.ReportAllocs()
	for b.Loop() {
		if string(p.maps["m"].made(x, v)) != "w" {
			b.Fatal("another value")
		}
	}
}
