package generator

import (
	"os"
	"path"
	"path/filepath"

	"stackgen.dev/generator/emit"
	"stackgen.dev/generator/migrate"
	"stackgen.dev/generator/models"
	"stackgen.dev/generator/template"
	"stackgen.dev/schema"
)

// The import paths of the runtime's packages, as generated code names them.
const (
	pkgGateway    = "stackgen.dev/runtime/gateway"
	pkgProxy      = "stackgen.dev/runtime/proxy"
	pkgLimit      = "stackgen.dev/runtime/proxy/limit"
	pkgAccess     = "stackgen.dev/runtime/proxy/access"
	pkgBasicAuth  = "stackgen.dev/runtime/proxy/basicauth"
	pkgCompress   = "stackgen.dev/runtime/proxy/compress"
	pkgCache      = "stackgen.dev/runtime/proxy/cache"
	pkgProxyProto = "stackgen.dev/runtime/server/proxyproto"
	pkgStatus     = "stackgen.dev/runtime/proxy/status"
	pkgResolve    = "stackgen.dev/runtime/proxy/resolve"
	pkgSite       = "stackgen.dev/runtime/site"
	pkgSiteTest   = "stackgen.dev/runtime/site/sitetest"
	pkgTracing    = "stackgen.dev/runtime/tracing"
	pkgServer     = "stackgen.dev/runtime/server"
	pkgACME       = "stackgen.dev/runtime/server/acme"
	pkgHTTP3      = "stackgen.dev/runtime/server/http3"
	pkgLocalCA    = "stackgen.dev/runtime/server/localca"
	pkgWeb        = "stackgen.dev/runtime/web"
	pkgViews      = "stackgen.dev/runtime/web/views"
	pkgForms      = "stackgen.dev/runtime/web/forms"
	pkgValidation = "stackgen.dev/runtime/model/validation"
	pkgRoute      = "stackgen.dev/runtime/web/route"
	pkgMiddleware = "stackgen.dev/runtime/web/middleware"
	pkgMessages   = "stackgen.dev/runtime/web/messages"
	pkgCaches     = "stackgen.dev/runtime/web/caches"
	pkgFragments  = "stackgen.dev/runtime/web/fragments"
	pkgSessions   = "stackgen.dev/runtime/web/sessions"
	pkgLanguage   = "stackgen.dev/runtime/web/language"
	pkgModel      = "stackgen.dev/runtime/model"
	pkgSQLite     = "stackgen.dev/runtime/model/sqlite"
	pkgPostgres   = "stackgen.dev/runtime/model/postgres"
	pkgMigrate    = "stackgen.dev/runtime/model/migrate"
)

// project is what the emitters share about one run.
type project struct {
	site    *schema.Site
	sources *schema.Sources
	module  string
	assets  []*assetFolder
	diags   schema.Diagnostics
	// readsVariables are the views whose functions read the environment's
	// variables while they answer; known once the views are written.
	readsVariables map[*schema.View]bool
	// told are the patterns of templates that nothing fits, each reported once.
	told map[string]bool
	// plans say what gen/models has for each view, urls what gen/urls has.
	plans map[*schema.View]models.ViewPlan
	urls  []urlFunc
	// migrationFunctions are the Go functions that migrations run.
	migrationFunctions map[string]bool
	// withUser is the type of requests of a site with users, once it is made.
	withUser *template.Type
	// handed are the types of rows that functions of the project return.
	handed map[*schema.Model]*template.Type
	// spoken are the site's languages once their translations are read, general
	// those that stand behind them.
	spoken, general []template.Language
}

// Generate writes the project in memory. It reads the user's templates, static
// files, migrations and Go imports, and writes nothing. A problem in what it reads, in a
// template for example, is a diagnostic; with errors the set is nil.
func Generate(site *schema.Site, sources *schema.Sources) (*FileSet, schema.Diagnostics) {
	set, p := generate(site, sources, site.Module.V)
	p.checkModule()
	if p.diags.HasErrors() {
		return nil, p.diags
	}
	pkgs := runtimePackages(site.Dir, set)
	copyRuntime(set, pkgs, needsOf(pkgs).Requires)
	return set, p.diags
}

// generate writes gen/ for a project with the given module path.
func generate(site *schema.Site, sources *schema.Sources, module string) (*FileSet, *project) {
	p := &project{site: site, sources: sources, module: module, readsVariables: map[*schema.View]bool{}, told: map[string]bool{}, migrationFunctions: map[string]bool{}}
	set := &FileSet{}
	if p.diags = models.Check(site); p.diags.HasErrors() {
		return set, p
	}
	if len(site.SQL) > 0 {
		if p.diags = append(p.diags, migrate.CheckSQL(site, migrationFiles(site))...); p.diags.HasErrors() {
			return set, p
		}
	}

	p.plans, p.urls = models.Plans(site), urlFuncs(site)

	// 1. What the binary carries: static files under hashed names, migrations.
	p.readAssets()
	p.addAssets(set)
	p.addMigrations(set)
	p.addErrorPages(set)

	// 2. The program: who listens, what answers which path, the application.
	unescaped := p.emitUnescaped()
	for _, file := range []*emit.File{
		p.emitMain(),
		p.emitSite(unescaped != nil),
		p.emitProxy(),
	} {
		set.Add(file.Path, file.Bytes())
	}
	if unescaped != nil {
		set.Add(unescaped.Path, unescaped.Bytes())
	}
	if p.hasApp() {
		p.emitApp(set)
	}

	// 3. Where in the site file everything comes from.
	set.Add(placesPath, p.places())
	if p.hasApp() {
		set.Add(debugPath, p.debugInfo())
	}
	return set, p
}

// hasApp reports whether the site has an application, or is a proxy alone. A
// database makes one: its models and migrations are there before the first route.
func (p *project) hasApp() bool {
	return len(p.site.AllRoutes()) > 0 || p.site.Database != nil
}

// sitePackage is the folder of the package that brings the tiers together, with
// what it embeds. It is not the program's, so that the project's tests can import it.
const sitePackage = "gen/site"

// file begins gen/site/<name>.gen.go.
func (p *project) file(name string) *emit.File {
	f := emit.New(sitePackage+"/"+name+".gen.go", p.module+"/"+sitePackage, "site")
	for _, ref := range goRefs(p.site) {
		if name := importName(ref); name != path.Base(ref.Package) {
			f.ImportAlias(p.module+"/"+ref.Package, name)
		}
	}
	return f
}

// takenNames are what generated code calls its imports and its own functions: a
// package of the user's that is called so gets another name.
var takenNames = map[string]bool{
	"views": true, "middleware": true, "forms": true, "model": true, "models": true, "templates": true, "urls": true,
	"web": true, "site": true, "proxy": true, "limit": true, "access": true, "basicauth": true, "compress": true, "cache": true, "gateway": true, "sqlite": true, "postgres": true, "route": true,
	"accounts": true, "auth": true, "converters": true, "hashers": true, "mail": true, "passwords": true, "redis": true, "smtp": true, "tracing": true,
	"context": true, "embed": true, "fs": true, "json": true, "math": true, "netip": true, "slices": true, "slog": true,
	"strconv": true, "time": true,
	"routes": true, "variables": true, "migrations": true, "mymigrations": true, "migrate": true, "engines": true, "tables": true, "middlewares": true, "unescaped": true,
}

// read returns a file of the project, nil when it is not there.
func (p *project) read(name string) []byte {
	b, err := os.ReadFile(filepath.Join(p.site.Dir, filepath.FromSlash(name)))
	if err != nil {
		return nil
	}
	return b
}

// fail adds an error to the run.
func (p *project) fail(d schema.Diagnostic) { p.diags = append(p.diags, d) }

// PlanProject compares what the site generates with its folder: files, go.mod
// and go.sum.
func PlanProject(site *schema.Site, set *FileSet) (*Plan, error) {
	if err := checkRoots(site.Dir); err != nil {
		return nil, err
	}
	if err := Precompress(site.Dir, set); err != nil {
		return nil, err
	}
	plan, err := Compare(site.Dir, set)
	if err != nil {
		return nil, err
	}
	needs := needsOf(runtimePackages(site.Dir, set))
	if err := planModule(plan, site.Module.V, needs); err != nil {
		return nil, err
	}
	return plan, nil
}
