import { expect, test } from "vitest";
import { variableReferences } from "./variable-references.ts";

test("JSONata: what an expression reads, not what it binds, calls, or is given", () => {
  const references = variableReferences({
    QueryLanguage: "JSONata",
    StartAt: "A",
    States: {
      A: {
        Type: "Pass",
        Assign: { total: "{% $sum($prices) %}", note: "$total" },
        Output: "{% ($y := $x + 1; $map($list, function($v) { $v + $y + $z })) %}",
        Next: "B",
      },
      B: { Type: "Pass", Output: "{% $states.input %}", Next: "C" },
      C: {
        Type: "Choice",
        Choices: [{ Condition: "{% $total > $limit.most %}", Next: "B" }],
        Default: "B",
      },
      D: {
        Type: "Map",
        Items: "{% $rows@$r#$i.{ 'at': $i, 'row': $r } %}",
        ItemProcessor: {
          StartAt: "E",
          States: { E: { Type: "Pass", Output: "{% $a ~> $uppercase %}", End: true } },
        },
        End: true,
      },
      F: {
        Type: "Pass",
        QueryLanguage: "JSONPath",
        Parameters: { "v.$": "$old.x", w: "$ignored" },
        End: true,
      },
    },
  });
  expect(references).toEqual({
    A: ["prices", "x", "list", "z"],
    C: ["total", "limit"],
    D: ["rows"],
    E: ["a"],
    F: ["old"],
  });
});

test("JSONPath: paths, intrinsic functions, choice rules, and filters", () => {
  const references = variableReferences({
    StartAt: "A",
    States: {
      A: {
        Type: "Map",
        ItemsPath: "$list",
        MaxConcurrencyPath: "$most",
        ItemSelector: { "s.$": "States.Format('{}', States.ArrayLength($names))", t: "$.x" },
        ResultPath: "$.result",
        ItemProcessor: { StartAt: "B", States: { B: { Type: "Wait", SecondsPath: "$n.s" } } },
        End: true,
      },
      C: {
        Type: "Choice",
        Choices: [
          { And: [{ Variable: "$a.b", StringEqualsPath: "$c" }], Next: "A" },
          { Variable: "$.d", StringEquals: "$e", Next: "A" },
        ],
      },
      D: { Type: "Pass", InputPath: "$.x[?(@.y == $f)]", Assign: { "g.$": "$$.State.Name" } },
    },
  });
  expect(references).toEqual({ A: ["list", "most", "names"], B: ["n"], C: ["a", "c"], D: ["f"] });
});
