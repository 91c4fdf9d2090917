package debugpage

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
)

// Info is what the generator writes down of a site for this page: gen/debug.json.
// It is read from the project's folder, where a site that is being developed runs.
type Info struct {
	Listeners []Part    `json:"listeners"`
	Locations []Part    `json:"locations"`
	Layers    []Part    `json:"layers"`
	Views     []Part    `json:"views"`
	Settings  []Setting `json:"settings"`

	places map[string]string
}

// Part is something of a site that has an address.
type Part struct {
	// Address is "view.post_list", as places have it.
	Address string `json:"address"`
	// Text says what it is or does.
	Text string `json:"text,omitempty"`
	// Functions are those of the project that it calls: "views.Settle".
	Functions []string `json:"functions,omitempty"`
}

// Setting is how a site is set up in one respect.
type Setting struct {
	Name  string `json:"name"`
	Value string `json:"value"`
	// Default says that the site file does not write it.
	Default bool `json:"default,omitempty"`
}

// Read reads what the generator has left in a project's folder: an empty Info where there is nothing, so that
// the page shows what it can.
func Read(project string) *Info {
	info := &Info{places: map[string]string{}}
	if text, err := os.ReadFile(filepath.Join(project, "gen", "debug.json")); err == nil {
		if json.Unmarshal(text, info) != nil {
			*info = Info{places: info.places}
		}
	}
	var places []struct {
		Address, File string
		Line          int
	}
	if text, err := os.ReadFile(filepath.Join(project, "gen", "places.json")); err == nil && json.Unmarshal(text, &places) == nil {
		for _, p := range places {
			info.places[p.Address] = fmt.Sprintf("%s:%d", p.File, p.Line)
		}
	}
	return info
}

// Place is where the site file writes something, "" for what it does not write.
func (i *Info) Place(address string) string { return i.places[address] }

// View is what is known of a view.
func (i *Info) View(name string) Part {
	for _, v := range i.Views {
		if v.Address == "view."+name {
			return v
		}
	}
	return Part{Address: "view." + name}
}

// Location is what is known of the location with that pattern.
func (i *Info) Location(pattern string) Part {
	for _, l := range i.Locations {
		if l.Address == "location."+pattern {
			return l
		}
	}
	return Part{Address: "location." + pattern}
}
