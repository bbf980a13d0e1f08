import fc from "fast-check";
import { describe, expect, test } from "vitest";
import cases from "./cases/velocity.json" with { type: "json" };
import { parseVelocity } from "./parse.ts";
import { type RenderOptions, renderVelocity } from "./render.ts";
import { TemplateError } from "./template-error.ts";
import { ListValue, MapValue, type Value } from "./value.ts";
import { doubleText } from "./value-text.ts";

interface Case {
  readonly template: string;
  readonly text?: string;
  /** Velocity refuses the template, or ends with an exception. */
  readonly fails?: true;
}

const OPTIONS: RenderOptions = { missing: "written", iterationsMax: 1000 };

function javaValue(json: unknown): Value {
  if (Array.isArray(json)) {
    return new ListValue(json.map(javaValue));
  }
  if (typeof json === "object" && json !== null) {
    return new MapValue(Object.entries(json).map(([name, item]) => [name, javaValue(item)]));
  }
  return typeof json === "number" && Number.isInteger(json) ? BigInt(json) : (json as Value);
}

function render(template: string, options: RenderOptions = OPTIONS): string {
  const values = Object.entries(cases.values).map(([name, value]) => [name, javaValue(value)]);
  return renderVelocity(parseVelocity(template), Object.fromEntries(values), options);
}

describe("cases", () => {
  test.each(cases.cases as readonly Case[])("velocity: $template", ({ template, text }) => {
    if (text === undefined) {
      expect(() => render(template)).toThrow(TemplateError);
    } else {
      expect(render(template)).toBe(text);
    }
  });
});

describe("missing values", () => {
  test.each([
    ["$u|$!u|$u.a.b|$x.foo()|$x.foo", "||||"],
    ["\\$u|\\\\$u|\\$x", "\\$u|\\\\|$x"],
    ["$5|$ |$|a$", "$5|$ |$|a$"],
    ["#foreach($i in [1, $u, 2])[$!i]#end", "[1][][2]"],
  ])("nothing: %s prints nothing where there is no value", (template, text) => {
    expect(render(template, { ...OPTIONS, missing: "nothing" })).toBe(text);
  });
});

describe("errors", () => {
  test.each([
    ["a\n #end", 'Encountered "#end" that closes nothing at line 1, column 1'],
    [
      "#set($a = 3 -2)",
      'Encountered "-", was expecting an operator: a sign belongs to the number after it at line 1, column 13',
    ],
    ["#if(true)\n\nx", '#if has no "#end" at line 3, column 2'],
    ["#set($a = 'abc)", "A string is not closed at line 1, column 11"],
    [
      '#set($a = "12\n 34 #if(")',
      'Encountered "<EOF>", was expecting an expression at line 2, column 9',
    ],
    ["\n#parse('x')", "#parse is not supported: there are no other templates at line 2, column 1"],
    [
      "$x.repeat(3)",
      "The method 'repeat' of java.lang.String is not supported at line 1, column 1",
    ],
    [
      "$x.getBytes().hashCode()",
      "The method 'hashCode' of [Ljava.lang.String; is not supported at line 1, column 1",
    ],
    [
      "$x.class.forName('java.lang.Runtime')",
      "The method 'forName' of java.lang.Class is not supported at line 1, column 1",
    ],
    [
      "$x.replaceAll('a++', '')",
      'the possessive "++" of the regular expression "a++" is not supported at line 1, column 1',
    ],
    ["$x.replaceAll('[a', '')", 'A class of "[a" is not closed at line 1, column 1'],
    [
      "$x.concat($u)",
      "Invocation of method 'concat' in class java.lang.String threw exception java.lang.NullPointerException at line 1, column 1",
    ],
  ])("error: %s", (template, message) => {
    expect(() => render(template)).toThrow(new TemplateError(message));
  });
});

/** Each would run for ever, or fill the memory. */
describe("bounds", () => {
  const doubling = "#set($s='x')#foreach($i in [1..40])#set($s=\"$s$s\")#end";
  test.each([
    ["a range", "#foreach($i in [1..1000000000])x#end"],
    ["loops in loops", `${"#foreach($i in [1..1000])".repeat(4)}x${"#end".repeat(4)}`],
    ["a text that doubles", doubling],
    ["a text that grows by replacing", `${doubling.replace("40", "12")}$s.replaceAll('x', $s)`],
    ["a list that doubles", "#set($l=[1])#foreach($i in [1..60])#set($z=$l.addAll($l))#end"],
    ["lists in lists", "#set($l=[1])#foreach($i in [1..60])#set($l=[$l,$l])#end$l"],
    ["a list that holds itself", "#set($z=$l.add($l))$l"],
    [
      "lists that are compared",
      "#set($a=[1])#set($b=[1])#foreach($i in [1..60])#set($a=[$a,$a])#set($b=[$b,$b])#end#if($a==$b)#end",
    ],
    ["a macro that calls itself", "#macro(m)#m()#end#m()"],
    ["a block that prints itself", "#define($d)$d#end$d"],
    ["a template that evaluates itself", "#set($e='#evaluate($e)')#evaluate($e)"],
    ["numbers that multiply", "#set($n=99)#foreach($i in [1..60])#set($n=$n*$n)#end"],
    ["blocks in blocks", `${"#if(true)".repeat(2000)}${"#end".repeat(2000)}`],
    ["brackets in brackets", `#set($a=${"[".repeat(2000)}${"]".repeat(2000)})`],
    ["negations", `#if(${"!".repeat(2000)}true)#end`],
    ["strings in strings", `#set($a=${'"$x.concat('.repeat(200)})`],
    [
      "a regular expression",
      "$x.replaceAll('l', 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa').matches('(a+)+b|.*(h.*)+z')#set($t=\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!\")$t.matches('(a+)+')$t.matches('(a|a)*')",
    ],
  ])("bounds: %s", (_, template) => {
    expect(() => render(template)).toThrow(TemplateError);
  });
});

const PIECES = [
  ..."$x $!x $u $l[0] $m.a $n \\ \\\\ # ## #* *# #[[ ]]# #if( #if(true) #elseif(true) #else #{else} #end".split(
    " ",
  ),
  ..."#set($a = 1) #set($a #foreach($i in $l) #foreach( #macro(k $p) #k($x) #@k() #define($d) #evaluate( #stop #break".split(
    " ",
  ),
  ..."( ) [ ] { } . .. , : = == != < && || ! + - * / % ' \" '' \"\" 1 2.5 'a' \"$x\" true and not .length() .get(0)".split(
    " ",
  ),
  "$" + "{x}",
  "$" + "{",
  " ",
  "\n",
  "text",
];
const template = fc
  .array(
    fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...PIECES) }, fc.string({ maxLength: 3 })),
    {
      maxLength: 14,
    },
  )
  .map((parts) => parts.join(""));

describe("laws", () => {
  test("text: what has no directive and no reference stays as it is", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const plain = text.replaceAll(/[$#]/g, "");
        expect(render(plain)).toBe(plain);
      }),
      { numRuns: 500, seed: 1 },
    );
  });

  test("unparsed: whatever stands between #[[ and ]]# is printed", () => {
    fc.assert(
      fc.property(template, (text) => {
        const inner = text.replaceAll("]", "");
        expect(render(`#[[${inner}]]#`)).toBe(inner);
      }),
      { numRuns: 500, seed: 1 },
    );
  });

  test("templates: any text is one or is refused; what is one renders or fails by name", () => {
    let rendered = 0;
    fc.assert(
      fc.property(template, (text) => {
        try {
          render(text);
          rendered += 1;
        } catch (error) {
          expect(error).toBeInstanceOf(TemplateError);
        }
      }),
      { numRuns: 5000, seed: 1 },
    );
    expect(rendered).toBeGreaterThan(500);
  });

  test("if: either branch is printed, never both", () => {
    fc.assert(
      fc.property(fc.boolean(), fc.boolean(), (a, b) => {
        const text = `#if(${a} && ${b})1#elseif(${a} || ${b})2#{else}3#end`;
        expect(render(text)).toBe(a && b ? "1" : a || b ? "2" : "3");
      }),
    );
  });

  test("arithmetic: that of whole numbers is Java's", () => {
    const whole = fc.bigInt({ min: -1000n, max: 1000n });
    fc.assert(
      fc.property(whole, whole, (a, b) => {
        fc.pre(b !== 0n);
        expect(render(`#set($r=${a} / ${b})$r #set($r=${a} % ${b})$r #set($r=${a} * ${b})$r`)).toBe(
          `${a / b}${a % b}${a * b}`,
        );
      }),
      { seed: 1 },
    );
  });

  test("doubles: what is printed reads as the same number", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true }), (value) => {
        expect(Number(doubleText(value))).toBe(value);
        expect(doubleText(value)).toMatch(/^-?(\d+\.\d+(E-?\d+)?|Infinity)$/);
      }),
      { numRuns: 500, seed: 1 },
    );
  });
});
