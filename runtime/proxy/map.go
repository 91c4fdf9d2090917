package proxy

import (
	"bytes"
	"errors"
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"stackgen.dev/runtime/gateway"
)

// Map makes one text of another (map), or of the client's address (geo). Templates and
// conditions name it as "map.NAME".
type Map struct {
	// Name is the block's label.
	Name string
	// Source is what is looked up.
	Source Template
	// Default is the value where no key fits.
	Default Template
	// Rows are the keys and their values. Letters of ASCII count alike in either case but for those of
	// patterns. The text itself comes first, then the longest "*.example.com", then the
	// longest "/api/*", then the first pattern, "~ ^/v[0-9]" or without regard to case "~* …", whose
	// groups may stand in the value.
	Rows []MapRow
	// Networks says that the keys are networks and Source the client's address; the longest wins.
	Networks bool
}

// MapRow is one key.
type MapRow struct {
	Key   string
	Value Template
}

// MapValue and a name is what a Map makes.
const MapValue Attribute = "map."

// mapping is a compiled Map.
type mapping struct {
	source   *Text
	fallback *Text
	exact    map[string]*Text
	begins   wild // "/api/*"
	ends     wild // "*.example.com"
	patterns []mappedPattern
	networks []map[netip.Prefix]*Text // of one length each, the longest first
	bits     []int                    // those lengths
	address  bool
	// made is value. It is called this way, and hands a value out in place of appending it, as the compiler would
	// otherwise put on the heap whatever attributes are appended to: maps may be made of each other.
	made func(x *gateway.Exchange, v visit) []byte
}

type mappedPattern struct {
	re    *regexp.Regexp
	value *Text
}

// wild are texts of which one end is compared.
type wild struct {
	lengths []int // descending
	values  map[string]*Text
}

func (w *wild) add(text string, value *Text) {
	if w.values == nil {
		w.values = map[string]*Text{}
	}
	w.values[text] = value
	if !slices.Contains(w.lengths, len(text)) {
		w.lengths = append(w.lengths, len(text))
		slices.Sort(w.lengths)
		slices.Reverse(w.lengths)
	}
}

// maps are the compiled ones by name.
type maps map[string]*mapping

// compileMaps compiles them, those first that others name.
func compileMaps(declared []Map) (maps, error) {
	all := make(maps, len(declared))
	byName := map[string]*Map{}
	for i := range declared {
		m := &declared[i]
		if m.Name == "" || byName[m.Name] != nil {
			return nil, fmt.Errorf("proxy: map %q is declared twice, or has no name", m.Name)
		}
		byName[m.Name] = m
	}
	var way []string
	var compile func(name string) error
	compile = func(name string) error {
		m := byName[name]
		switch {
		case all[name] != nil || m == nil: // what is not there is reported where it is named
			return nil
		case slices.Contains(way, name):
			return fmt.Errorf("proxy: map %q is made of itself", name)
		}
		way = append(way, name)
		for _, other := range m.names() {
			if err := compile(other); err != nil {
				return err
			}
		}
		way = way[:len(way)-1]
		c, err := m.compile(all)
		if err != nil {
			return fmt.Errorf("proxy: map %q: %w", name, err)
		}
		all[name] = c
		return nil
	}
	for i := range declared {
		if err := compile(declared[i].Name); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// names are the maps that a map is made of.
func (m *Map) names() (names []string) {
	templates := []Template{m.Source, m.Default}
	for _, row := range m.Rows {
		templates = append(templates, row.Value)
	}
	for _, t := range templates {
		for _, part := range t {
			if name, ok := strings.CutPrefix(string(part.Attr), string(MapValue)); ok {
				names = append(names, name)
			}
		}
	}
	return names
}

func (m *Map) compile(all maps) (*mapping, error) {
	c := &mapping{exact: map[string]*Text{}, address: m.Networks}
	if len(m.Source) == 0 || m.Networks && !(len(m.Source) == 1 && m.Source[0].Attr == ClientAddress) {
		return nil, errors.New("the source is missing, or no address")
	}
	c.made = c.value
	var err error
	if c.source, err = m.Source.compileWith(all.ungrouped); err != nil {
		return nil, err
	}
	if c.fallback, err = m.Default.compileWith(all.ungrouped); err != nil {
		return nil, err
	}
	for _, row := range m.Rows {
		if err := c.add(row, all); err != nil {
			return nil, fmt.Errorf("key %q: %w", row.Key, err)
		}
	}
	return c, nil
}

func (c *mapping) add(row MapRow, all maps) error {
	re, isPattern, err := parseExpression(row.Key)
	if err != nil {
		return errors.Unwrap(err)
	}
	if isPattern && !c.address {
		value, err := row.Value.compileWith(func(a Attribute) (attribute, error) { return all.grouped(a, re) })
		if err != nil {
			return err
		}
		c.patterns = append(c.patterns, mappedPattern{re, value})
		return nil
	}
	value, err := row.Value.compileWith(all.ungrouped)
	if err != nil {
		return err
	}
	if c.address {
		return c.addNetwork(row.Key, value)
	}
	key := lowered(row.Key)
	at, twice := c.exact, false
	switch begins, ends := strings.HasSuffix(key, "*"), strings.HasPrefix(key, "*"); {
	case !begins && !ends:
		_, twice = at[key]
		at[key] = value
	case begins && ends:
		return errors.New("a star stands at one end, with text beside it")
	case begins:
		_, twice = c.begins.values[key[:len(key)-1]]
		c.begins.add(key[:len(key)-1], value)
	default:
		_, twice = c.ends.values[key[1:]]
		c.ends.add(key[1:], value)
	}
	if twice {
		return errors.New("it stands there twice")
	}
	return nil
}

// lowered is a key as it is compared: letters of ASCII count alike in either case, as they do in names of hosts and
// fields, and bytes of others as what they are.
func lowered(key string) string {
	low := []byte(key)
	for i, b := range low {
		low[i] = lower(b)
	}
	return string(low)
}

func (c *mapping) addNetwork(key string, value *Text) error {
	network, err := ParseNetwork(key)
	if err != nil {
		return errors.New("it is no network")
	}
	i := slices.Index(c.bits, network.Bits())
	if i < 0 {
		i = 0
		for i < len(c.bits) && c.bits[i] > network.Bits() {
			i++
		}
		c.bits = slices.Insert(c.bits, i, network.Bits())
		c.networks = slices.Insert(c.networks, i, map[netip.Prefix]*Text{})
	}
	if c.networks[i][network] != nil {
		return errors.New("it stands there twice")
	}
	c.networks[i][network] = value
	return nil
}

// compile readies an attribute of a request; maps are among them.
func (m maps) compile(a Attribute) (attribute, error) {
	name, ok := strings.CutPrefix(string(a), string(MapValue))
	if !ok {
		return compileAttribute(a)
	}
	if m[name] == nil {
		return attribute{}, fmt.Errorf("there is no map %q", name)
	}
	return attribute{kind: MapValue, name: name, mapping: m[name]}, nil
}

// ungrouped is compile where no pattern has matched.
func (m maps) ungrouped(a Attribute) (attribute, error) {
	if strings.HasPrefix(string(a), string(MatchGroup)) {
		return attribute{}, fmt.Errorf("no pattern has the group %q", a)
	}
	return m.compile(a)
}

// grouped is compile where the groups are those of a map's own pattern.
func (m maps) grouped(a Attribute, re *regexp.Regexp) (attribute, error) {
	name, ok := strings.CutPrefix(string(a), string(MatchGroup))
	if !ok {
		return m.compile(a)
	}
	n, err := strconv.Atoi(name)
	if err != nil {
		n = re.SubexpIndex(name)
	}
	if n < 0 || n > re.NumSubexp() {
		return attribute{}, fmt.Errorf("the pattern has no group %q", name)
	}
	return attribute{kind: MatchGroup, name: strconv.Itoa(n)}, nil
}

// value is what the map makes of a request.
func (c *mapping) value(x *gateway.Exchange, visit visit) []byte {
	v := &visit
	if c.address {
		return c.find(x.Request.Client.Addr()).value(x, v)
	}
	source := c.source.value(x, v)
	var small [128]byte
	low := small[:0]
	for _, b := range source {
		low = append(low, lower(b))
	}
	if value := c.exact[string(low)]; value != nil {
		return value.value(x, v)
	}
	for _, n := range c.ends.lengths {
		if n <= len(low) {
			if value := c.ends.values[string(low[len(low)-n:])]; value != nil {
				return value.value(x, v)
			}
		}
	}
	for _, n := range c.begins.lengths {
		if n <= len(low) {
			if value := c.begins.values[string(low[:n])]; value != nil {
				return value.value(x, v)
			}
		}
	}
	if len(c.patterns) > 0 {
		whole := bytes.Clone(source) // what expressions look at lives on the heap
		for i := range c.patterns {
			if p := &c.patterns[i]; p.re.Match(whole) {
				return p.fill(whole, x, v)
			}
		}
	}
	return c.fallback.value(x, v)
}

// value is the template filled in: its own text where there is no more to it.
func (t *Text) value(x *gateway.Exchange, v *visit) []byte {
	if len(t.parts) == 1 && t.parts[0].value.kind == "" {
		return t.parts[0].fixed
	}
	return t.append(nil, x, v)
}

// fill fills a pattern's value in, with what its groups have matched.
func (p *mappedPattern) fill(source []byte, x *gateway.Exchange, v *visit) []byte {
	inner := *v
	inner.groups = &groups{path: source, at: p.re.FindSubmatchIndex(source)}
	return p.value.value(x, &inner)
}

// find is the value of the longest network that an address is in.
func (c *mapping) find(a netip.Addr) *Text {
	a = a.Unmap().WithZone("")
	for i, bits := range c.bits {
		if network, err := a.Prefix(bits); err == nil {
			if value := c.networks[i][network]; value != nil {
				return value
			}
		}
	}
	return c.fallback
}

// MapOutcome is what a map makes of a request.
type MapOutcome struct{ Name, Value string }

// ExplainMaps says what every map makes of a request, in the order of Config.Maps.
func (p *Proxy) ExplainMaps(x *gateway.Exchange) (all []MapOutcome) {
	for _, m := range p.config.Maps {
		all = append(all, MapOutcome{m.Name, string(p.maps[m.Name].made(x, visit{}))})
	}
	return all
}
