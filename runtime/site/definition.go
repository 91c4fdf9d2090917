package site

import (
	"context"
	"io/fs"
	"log/slog"
	"net/netip"
	"os"
	"path/filepath"
	"time"

	"stackgen.dev/runtime/gateway"
	"stackgen.dev/runtime/model"
	"stackgen.dev/runtime/model/migrate"
	"stackgen.dev/runtime/proxy"
	"stackgen.dev/runtime/server"
	"stackgen.dev/runtime/web/mail"
)

// Definition is a whole site as generated code describes it.
type Definition struct {
	// Name is the site's name: in logs, in file names, in usage texts.
	Name string
	// DataDir is the default of --data: where the site keeps what it makes itself.
	DataDir string
	// Folders are made in the data folder before anything runs: a location may serve
	// one that no visitor has put anything into yet.
	Folders []string
	// Listeners are the sockets it serves on.
	Listeners []Listener
	// Workers is the application server tier.
	Workers Workers
	// Limits bounds what clients may do to the engine.
	Limits Limits
	// Proxy is the web server tier; the site adds application, logs and hosts.
	Proxy proxy.Config
	// AccessLog is "off", "combined" or "json"; "" is combined.
	AccessLog string
	// Logs are files to log to.
	Logs LogFiles
	// App makes the application; nil for a proxy alone.
	App func(env *Env) (gateway.Handler, error)
	// Routes is the application's route table, for the routes command.
	Routes []Route
	// Commands are what the site's command line has beside what every site has.
	Commands []Command
	// Database is where models live; nil without one.
	Database *Database
	// Deploy is what check --deploy looks at of the site file.
	Deploy Deploy
	// Tracing follows requests; nil follows none.
	Tracing Tracing
	// ShowsStatus says that a location shows what the proxy counts.
	ShowsStatus bool
	// Unescaped is where the site writes values without escaping them, for check --deploy.
	Unescaped []Unescaped
}

// Listener is one listening socket.
type Listener struct {
	Name string
	// Address is "host:port", ":port" or "unix:/path".
	Address string
	// Mode, octal, and Owner, "user" or "user:group", are those of a unix socket;
	// "" leaves them as they come.
	Mode, Owner string
	// TLS says how the listener speaks TLS; nil for plain HTTP.
	TLS *TLS
	// HTTP3 speaks HTTP/3 on the UDP port beside; nil where the listener does not.
	HTTP3 server.HTTP3
	// ProxyProtocol are the networks of load balancers whose connections begin with a PROXY header; none has
	// nobody's do so.
	ProxyProtocol []netip.Prefix
	// RedirectToHTTPS answers everything with the same address under https.
	RedirectToHTTPS bool
}

// Workers is the application server tier.
type Workers struct {
	// Mode is "inline" or "process".
	Mode string
	// Count is how many worker processes there are in process mode; AutoCount is
	// one for every processor.
	Count int
	// Timeout bounds a request in the application; KillAfter is how long a handler
	// may go on beyond that before its process is replaced, 0 for ten seconds.
	Timeout, KillAfter time.Duration
	// GracefulTimeout bounds finishing requests when the site stops, BootTimeout
	// how long a process may take to start; 0 is a minute.
	GracefulTimeout, BootTimeout time.Duration
	// MaxRequests, MaxLifetime and MemoryLimit (bytes) are when a process is
	// replaced; 0 is never. A random part of the jitter comes on top.
	MaxRequests, MaxRequestsJitter int
	MaxLifetime, MaxLifetimeJitter time.Duration
	MemoryLimit                    int64
	// SlowRequest is how long a request takes that is logged as slow; 0 logs none.
	SlowRequest time.Duration
	// Backlog is how many connections may wait in a listener's queue; 0 is what
	// the system allows.
	Backlog int
	// Addresses are where the application listens for a proxy on another machine
	// (serve --tier proxy): "http://10.0.0.2:9000".
	Addresses []string
	// PIDFile is where the supervisor leaves its process id; "" is nowhere.
	PIDFile string
	// User and Group are who the processes run as; "" is who starts the site.
	User, Group string
	// Umask is the file mode creation mask, octal; "" leaves it as it is.
	Umask string
	// Metrics is the address that Prometheus asks; "" for none.
	Metrics string
	// Hooks are functions of the project.
	Hooks Hooks
}

// AutoCount is the Workers.Count that stands for the number of processors.
const AutoCount = -1

// Limits bounds what clients may do.
type Limits struct {
	// MaxBody is the largest request body in bytes.
	MaxBody int64
	// HeaderTimeout, BodyTimeout and SendTimeout bound reading a head, a pause
	// in a body, and a pause in sending; KeepaliveTimeout how long a connection idles.
	HeaderTimeout, BodyTimeout, SendTimeout, KeepaliveTimeout time.Duration
}

// Route is a line of the routes command.
type Route struct {
	Pattern, Name, View string
}

// Database is where models live.
type Database struct {
	// URL names engine and place: "sqlite:data/blog.db", "postgres://blog@localhost/blog".
	URL string
	// Engines are those that the binary carries. The one of the URL is used.
	Engines []Engine
	// Tables are the models', those first that others point at.
	Tables []Table
	// Statements are those of sql blocks, which the database is asked about when it
	// is migrated.
	Statements []model.NamedStatement
	// Settle puts in what the database lacks when migrations have run; nil for nothing.
	Settle func(src model.Source) error
}

// Table is a model's table, for dump and load.
type Table struct {
	// Model is the model's name, Name the table's.
	Model, Name string
	Columns     []Column
	// Links are the relations of the model whose pairs have a table of their own making.
	Links []Link
}

// Link is a many_to_many of a Table.
type Link struct {
	// Field is the model field's name, Table the table of pairs.
	Field, Table string
	// From and To are the columns of the pairs, Kind is the field type of what To points at.
	From, To, Kind string
}

// Column is a column of a Table.
type Column struct {
	// Name is the column's, Field the model field's: author_id and author.
	Name, Field string
	// Kind is the field type, in the site file's words; of a foreign key that of
	// the key it points at.
	Kind string
	// Places is a decimal's number of decimals.
	Places int
	// Key says that the column is the primary key, Null that rows may have no value,
	// Generated that the database computes it.
	Key, Null, Generated bool
}

// Engine is a database engine: its driver, and the site's migrations for it. It
// comes with generated code, so that a site links only what it declares.
type Engine struct {
	// Name is "sqlite" or "postgres".
	Name string
	// Open opens a database of the engine.
	Open func(ctx context.Context, url string, log *slog.Logger) (*model.DB, error)
	// Migrations are the numbered SQL files; nil for none.
	Migrations fs.FS
	// Functions are the Go functions that migrations run, by name.
	Functions map[string]migrate.Func
}

// Env is what the application is made from.
type Env struct {
	// Log takes what operators have to know.
	Log *slog.Logger
	// Variables are the values that the environment set.
	Variables *Variables
	// SecretKeys sign sessions and tokens; the first signs, all verify.
	SecretKeys []string
	// Debug shows errors in the browser; only `stackgen run` sets it.
	Debug bool
	// Local says that localhost and loopback addresses are hosts of the site.
	Local bool
	// DB is the open database, nil without one.
	DB *model.DB
	// Data is the folder for what the site keeps itself.
	Data string
	// Outbox takes e-mail in place of where the site sends it: in tests alone.
	Outbox mail.Mailer

	purges *purges
}

// Mailer is where e-mail goes: to the URL, or to what a test has put in its place. opener
// opens URLs of what the site links, and may be nil.
func (e *Env) Mailer(url string, opener func(url string) (mail.Mailer, error)) (mail.Mailer, error) {
	if e.Outbox != nil {
		return e.Outbox, nil
	}
	return mail.Open(url, e.Data, os.Stdout, opener)
}

// Folder is a folder of that name for what the site keeps itself.
func (e *Env) Folder(name string) string { return filepath.Join(e.Data, name) }

// Migrations is the folder of numbered SQL files that the binary carries.
func Migrations(files fs.FS, dir string) fs.FS {
	sub, err := fs.Sub(files, dir)
	if err != nil {
		panic("stackgen: unreachable: " + err.Error())
	}
	return sub
}

// Zone is the time zone of that name (TIME_ZONE). The names were checked when
// the site was built; the data comes with the binary.
func (e *Env) Zone(name string) *time.Location {
	zone, err := time.LoadLocation(name)
	if err != nil {
		panic("stackgen: unreachable: " + err.Error())
	}
	return zone
}

// Assets reads the static files of a folder that the binary carries. The
// table was written by the same build that embedded them, so a difference
// is a damaged build and panics.
func Assets(files fs.FS, dir string, table []proxy.Asset) *proxy.Assets {
	sub, err := fs.Sub(files, dir)
	if err == nil {
		var a *proxy.Assets
		if a, err = proxy.NewAssets(sub, table); err == nil {
			return a
		}
	}
	panic("stackgen: unreachable: the binary's static files are not those it was built with: " + err.Error())
}

// ErrorPage reads an error page that the binary carries. A file that is not
// there is a damaged build and panics.
func ErrorPage(files fs.FS, name string) []byte {
	b, err := fs.ReadFile(files, name)
	if err != nil {
		panic("stackgen: unreachable: the binary's error pages are not those it was built with: " + err.Error())
	}
	return b
}
