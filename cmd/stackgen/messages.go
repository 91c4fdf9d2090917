package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"stackgen.dev/generator"
	"stackgen.dev/schema"
)

func messagesCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "messages",
		Short: "Work on the translations of the site",
		Long: `messages works on the translations of the site: the .po files in
locale/LANGUAGE/LC_MESSAGES/, which translators edit and stackgen build compiles in.`,
		Example: `  stackgen messages extract
  stackgen messages extract --check`,
	}
	cmd.AddCommand(messagesExtractCommand())
	return cmd
}

func messagesExtractCommand() *cobra.Command {
	var locales []string
	var check bool
	cmd := &cobra.Command{
		Use:   "extract [FILE]",
		Short: "Bring the texts of templates and site file into the .po files",
		Long: `messages extract reads every template and the site file, and brings the texts
that are to be translated into locale/LANGUAGE/LC_MESSAGES/django.po: new ones
without a translation, those that are gone as comments (#~). Translations are
kept. Languages are those of the site file, less English; --locale names others.

With --check it writes nothing, and ends with status 1 where a file would change.`,
		Example: `  stackgen messages extract
  stackgen messages extract examples/blog.hcl --locale de --locale fr`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			file, rest := splitFile(args)
			if len(rest) > 0 {
				return wrongArguments(cmd, "a site file", rest)
			}
			return extractMessages(cmd, file, locales, check)
		},
	}
	cmd.Flags().StringArrayVar(&locales, "locale", nil, "a language to extract for; may be given several times")
	cmd.Flags().BoolVar(&check, "check", false, "write nothing, fail where a file would change")
	return cmd
}

func extractMessages(cmd *cobra.Command, file string, locales []string, check bool) error {
	site, sources, diags := schema.Load(file)
	if diags.HasErrors() || site == nil {
		printDiagnostics(cmd.ErrOrStderr(), diags, sources)
		return exitCode(1)
	}
	if len(locales) == 0 {
		for _, code := range generator.Languages(site) {
			if code != "en" && !strings.HasPrefix(code, "en-") {
				locales = append(locales, code)
			}
		}
	}
	if len(locales) == 0 {
		return fmt.Errorf("the site is in English alone: write languages = [\"de\"] into its site block, or name a language with --locale")
	}
	files, diags := generator.ExtractMessages(site, sources, slices.Compact(locales))
	if diags.HasErrors() {
		printDiagnostics(cmd.ErrOrStderr(), diags, sources)
		return exitCode(1)
	}
	changed := false
	for _, f := range files {
		state := "is up to date"
		if f.Changed {
			changed = true
			state = fmt.Sprintf("%d new, %d gone", f.Added, f.Dropped)
			if !check {
				path := filepath.Join(site.Dir, filepath.FromSlash(f.Name))
				if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
					return err
				}
				if err := os.WriteFile(path, f.Text, 0o666); err != nil {
					return err
				}
			}
		}
		fmt.Fprintf(cmd.OutOrStdout(), "%s: %s; %d to translate\n", f.Name, state, f.Untranslated)
	}
	if check && changed {
		return exitCode(1)
	}
	return nil
}
