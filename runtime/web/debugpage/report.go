package debugpage

// Report is everything that the page shows, in the order in which it shows it.
type Report struct {
	// Status and Title are the answer's: 500, "Internal Server Error".
	Status int
	Title  string
	// Method and URL are the request's.
	Method, URL string
	// Error is what was raised; Kind its type.
	Error, Kind string
	// Excerpts are where in the project, the most telling first.
	Excerpts []Excerpt
	// Way is the request's way through the tiers, from the socket on.
	Way []Step
	// Tables are what else there is to know.
	Tables []Table
	// Stack is that of a panic.
	Stack string
}

// Step is one tier on the way of a request.
type Step struct {
	// Tier is "listener", "location", "layer", "route" or "view".
	Tier, Text string
	// Place is the line of the site file, "" for what it does not write.
	Place string
	// Failed says that it went wrong here.
	Failed bool
}

// Table is a list of names and values. One without rows is shown with Empty in their place, or not at all
// where that is empty too.
type Table struct {
	Title string
	Rows  []Row
	Empty string
	// Folded says that it is long and seldom wanted.
	Folded bool
}

// Row is a line of a Table.
type Row struct{ Name, Value, Note string }
