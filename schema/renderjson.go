package schema

import (
	"encoding/json"
	"io"

	"github.com/hashicorp/hcl/v2"
)

// The shape is that of `terraform validate -json`, so that tools which read
// that can read this; related is added.

type jsonReport struct {
	FormatVersion string           `json:"format_version"`
	Valid         bool             `json:"valid"`
	ErrorCount    int              `json:"error_count"`
	WarningCount  int              `json:"warning_count"`
	Diagnostics   []jsonDiagnostic `json:"diagnostics"`
}

type jsonDiagnostic struct {
	Severity string        `json:"severity"`
	Summary  string        `json:"summary"`
	Detail   string        `json:"detail"`
	Range    *jsonRange    `json:"range,omitempty"`
	Snippet  *jsonSnippet  `json:"snippet,omitempty"`
	Related  []jsonRelated `json:"related,omitempty"`
}

type jsonRange struct {
	Filename string  `json:"filename"`
	Start    jsonPos `json:"start"`
	End      jsonPos `json:"end"`
}

type jsonPos struct {
	Line   int `json:"line"`
	Column int `json:"column"`
	Byte   int `json:"byte"`
}

type jsonSnippet struct {
	Context *string `json:"context"`
	Code    string  `json:"code"`
	// Offsets count bytes from the beginning of Code.
	StartLine            int        `json:"start_line"`
	HighlightStartOffset int        `json:"highlight_start_offset"`
	HighlightEndOffset   int        `json:"highlight_end_offset"`
	Values               []struct{} `json:"values"`
}

type jsonRelated struct {
	Message string     `json:"message"`
	Range   *jsonRange `json:"range,omitempty"`
}

// RenderJSON writes diagnostics for programs, in the form of Terraform's
// `validate -json` with the related places added.
func RenderJSON(w io.Writer, diags Diagnostics, sources *Sources) error {
	diags = diags.Sorted()
	report := jsonReport{
		FormatVersion: "1.0",
		Valid:         !diags.HasErrors(),
		ErrorCount:    diags.Errors(),
		WarningCount:  diags.Warnings(),
		Diagnostics:   []jsonDiagnostic{},
	}
	for _, d := range diags {
		out := jsonDiagnostic{
			Severity: d.Severity.String(), Summary: d.Summary, Detail: d.Detail,
			Range: rangeJSON(d.Subject), Snippet: snippetJSON(d.Subject, sources),
		}
		for _, r := range d.Related {
			out.Related = append(out.Related, jsonRelated{Message: r.Message, Range: rangeJSON(r.Range)})
		}
		report.Diagnostics = append(report.Diagnostics, out)
	}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(report)
}

func rangeJSON(r hcl.Range) *jsonRange {
	if r.Filename == "" {
		return nil
	}
	return &jsonRange{
		Filename: r.Filename,
		Start:    jsonPos{r.Start.Line, r.Start.Column, r.Start.Byte},
		End:      jsonPos{r.End.Line, r.End.Column, r.End.Byte},
	}
}

func snippetJSON(at hcl.Range, sources *Sources) *jsonSnippet {
	line, ok := sources.line(at)
	if !ok {
		return nil
	}
	start := max(0, min(at.Start.Byte-line.start, len(line.text)))
	end := len(line.text)
	if at.End.Line == at.Start.Line {
		end = max(start, min(at.End.Byte-line.start, len(line.text)))
	}
	return &jsonSnippet{
		Code: line.text, StartLine: at.Start.Line,
		HighlightStartOffset: start, HighlightEndOffset: end, Values: []struct{}{},
	}
}
