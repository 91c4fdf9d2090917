package schema

import (
	"reflect"

	"github.com/hashicorp/hcl/v2"
)

// Site is a whole site, checked: every reference resolved, every default filled in.
type Site struct {
	// Name is the label of the site block.
	Name string
	// Module is the Go module path of the project.
	Module String
	// Domains are the host names that the site answers to; "*.example.com"
	// stands for every name below, "*" for every name.
	Domains []String
	// TimeZone is the IANA name of the zone in which times are shown (TIME_ZONE).
	TimeZone String
	// LanguageCode is the language of pages, for example "en" (LANGUAGE_CODE).
	LanguageCode String
	// Languages are the codes of those that pages may be in, LanguageCode among
	// them or not; empty for it alone (LANGUAGES).
	Languages []String
	// DataDir is the default of the site's --data flag, relative to where it runs.
	DataDir String

	Variables  []*Variable
	Proxy      *Proxy // never nil: a site without the block has the default one
	Upstreams  []*Upstream
	Workers    *Workers  // never nil
	Database   *Database // nil without the block
	Middleware []Middleware
	// What the layers are told; each nil without its block.
	Security     *SecurityLayer
	Session      *SessionLayer
	CSRF         *CSRFLayer
	Common       *CommonLayer
	Clickjacking *ClickjackingLayer
	Message      *MessageLayer
	CSP          *CSPLayer
	CORS         *CORSLayer
	Cache        *PageCache
	Uploads      *Uploads
	Auth         *Auth
	Email        *Mailer
	Tracing      *Tracing
	// User is model.user where the site has users, LoginView the view that people
	// are sent to, Permissions what users may be allowed.
	User        *Model
	LoginView   *View
	Permissions []*Permission
	// Templates is what the project adds to templates; nil without the block.
	Templates *Templates
	Models    []*Model
	// SQL are the statements of the user's.
	SQL   []*SQL
	Views []*View
	// Commands are those that the site's program has beside its own.
	Commands []*Command
	// Converters are the path converters of the site's own.
	Converters []*Converter
	// Routes is the route table in file order, groups kept as a tree.
	Routes []RouteNode

	// File is the site file and Dir the project's folder, as given.
	File, Dir string
	DeclRange hcl.Range

	places   []Place
	settings []Setting
}

// siteBlock says what the site is called and where it lives.
func siteBlock() *block {
	return &block{
		Type: "site", Label: "name", LabelInto: "Name", Once: true, Required: true, Inline: true,
		Into: reflect.TypeFor[Site](),
		Doc:  "The site's name and what holds for all of it.",
		Example: `site "blog" {
  domains = ["blog.example.com"]
}`,
		Attrs: []*attr{
			{Name: "module", Type: stringType(), Check: checkModule,
				Doc: "The Go module path of the project; the site's name when not written."},
			{Name: "domains", Type: stringList{}, Bindable: true, Check: checkDomain, Ancestor: "nginx server_name, Django ALLOWED_HOSTS",
				Doc: "Host names that the site answers to, \"*.example.com\" for every name below one and \"*\" for all; without any, localhost and loopback addresses."},
			{Name: "time_zone", Type: stringType(), Default: `"UTC"`, Check: checkTimeZone, Ancestor: "Django TIME_ZONE",
				Doc: "The IANA name of the zone in which times are shown."},
			{Name: "language_code", Type: stringType(), Default: `"en"`, Check: checkLanguage, Ancestor: "Django LANGUAGE_CODE",
				Doc: "The language of pages; translations are read from locale/CODE/LC_MESSAGES/django.po."},
			{Name: "languages", Type: stringList{}, Check: checkLanguage, Ancestor: "Django LANGUAGES",
				Doc: "The languages that pages may be in, beside language_code."},
			{Name: "data_dir", Type: stringType(), Default: `"data"`, Check: checkNotEmpty,
				Doc: "The folder for what the site writes, relative to where it runs; serve --data overrides it."},
		},
		Check: checkSite,
	}
}

// rootBlock is the table of what stands at the top of a site file.
func rootBlock() *block {
	return &block{
		Into: reflect.TypeFor[Site](),
		Doc:  "What may stand at the top of a site file.",
		Attrs: []*attr{
			{Name: "include", Type: includeType{}, Ancestor: "nginx include",
				Doc: "Further files, relative to the project's folder, that are read where the attribute stands."},
			middlewareAttr(),
		},
		Blocks: []*block{
			siteBlock(), variableBlock(), localsBlock(), proxyBlock(), upstreamBlock(), workersBlock(),
			databaseBlock(), modelBlock(), sqlBlock(), viewBlock(), templatesBlock(), converterBlock(), routeBlock(), rePathBlock(), groupBlock(),
			securityLayerBlock(), sessionLayerBlock(), commonLayerBlock(), csrfLayerBlock(), messageLayerBlock(),
			clickjackingLayerBlock(), cspLayerBlock(), corsLayerBlock(), pageCacheBlock(), uploadsBlock(), authBlock(), emailBlock(), commandBlock(), tracingBlock(),
		},
	}
}
