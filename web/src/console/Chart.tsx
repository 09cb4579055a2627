/** Lines or bars, drawn by ECharts as SVG. It is larger than all the rest of the app, so it comes by itself, to who has
 * room for it, and nothing that it says is said by it alone. */
import { BarChart, LineChart } from "echarts/charts";
import { GridComponent, LegendComponent, TooltipComponent } from "echarts/components";
import { type EChartsType, init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import { useEffect, useRef } from "preact/hooks";
import { number } from "../i18n/format";
import { vi } from "../i18n/vi";
import type { Drawing } from "./drawing";

use([BarChart, LineChart, GridComponent, LegendComponent, TooltipComponent, SVGRenderer]);

/** Lines differ in colour, mark and dash. */
const COLOURS = ["--action", "--done", "--late"];
const MARKS = ["circle", "rect", "triangle"];
const DASHES = ["solid", "dashed", "dotted"];

/** Of the page, as it is now: themes and letters are the reader's. */
function look() {
  const style = getComputedStyle(document.documentElement);
  const of = (name: string) => style.getPropertyValue(name).trim();
  return {
    ink: of("--ink"),
    ground: of("--ground"),
    border: of("--border"),
    colours: COLOURS.map(of),
    // By name: texts are measured apart from the page, where nothing is inherited.
    family: getComputedStyle(document.body).fontFamily,
    letters: Math.max(16, (Number.parseFloat(style.fontSize) * 8) / 9),
  };
}

function optionOf({ form, names, lines, unit }: Drawing) {
  const { ink, ground, border, colours, family, letters } = look();
  const text = { color: ink, fontSize: letters, fontFamily: family };
  const shown = (value: unknown) => (typeof value === "number" ? `${number(value)}${unit}` : vi.none);
  const of = { type: "category", data: names, axisLabel: text, axisLine: { lineStyle: { color: border } } };
  const amount = {
    type: "value",
    min: 0,
    max: unit === "%" ? 100 : undefined,
    minInterval: 1,
    axisLabel: { ...text, formatter: shown },
    splitLine: { lineStyle: { color: border, opacity: 0.3 } },
  };
  const isBar = form === "bar";
  return {
    animation: false,
    color: colours,
    textStyle: text,
    grid: {
      left: letters / 2,
      right: letters * 2,
      top: lines.length > 1 ? letters * 3 : letters,
      bottom: letters,
      // What stands beside an axis counts: else it is cut off.
      outerBoundsMode: "same",
      outerBoundsContain: "axisLabel",
    },
    legend: { show: lines.length > 1, top: 0, left: 0, textStyle: text, itemWidth: letters * 2 },
    tooltip: {
      trigger: "axis",
      // Of text, not of HTML, which the page's policy refuses.
      renderMode: "richText",
      backgroundColor: ground,
      borderColor: border,
      textStyle: text,
      valueFormatter: shown,
    },
    xAxis: isBar ? amount : of,
    yAxis: isBar ? { ...of, inverse: true, triggerEvent: true } : amount,
    series: lines.map((line, i) => ({
      type: form,
      name: line.name,
      data: line.values,
      symbol: MARKS[i],
      symbolSize: letters * 0.6,
      barMaxWidth: letters * 1.5,
      lineStyle: { type: DASHES[i], width: 3 },
      label: { ...text, show: isBar, position: "right", formatter: ({ value }: { value: unknown }) => shown(value) },
    })),
  };
}

/** As high as its bars need. */
function heightOf({ form, names }: Drawing): string {
  return form === "bar" ? `${names.length * 2.25 + 3}rem` : "16rem";
}

/** ECharts empties its place by way of HTML, which the page's policy refuses; so it is emptied here. */
function end(chart: EChartsType, element: HTMLElement): void {
  const painter = chart.getZr().painter as unknown as { clear: () => void; dispose: () => void };
  painter.clear = painter.dispose = () => undefined;
  chart.dispose();
  element.replaceChildren();
}

export default function Chart({ drawing, onChoose }: { drawing: Drawing; onChoose?: (at: number) => void }) {
  const place = useRef<HTMLDivElement>(null);
  const chosen = useRef(onChoose);
  chosen.current = onChoose;

  useEffect(() => {
    const element = place.current!;
    element.style.height = heightOf(drawing);
    const chart: EChartsType = init(element, null, { renderer: "svg" });
    const draw = () => chart.setOption(optionOf(drawing), true);
    draw();
    chart.on("click", ({ dataIndex }) => typeof dataIndex === "number" && chosen.current?.(dataIndex));
    const size = new ResizeObserver(() => chart.resize());
    size.observe(element);
    const theme = matchMedia("(prefers-color-scheme: dark)");
    theme.addEventListener("change", draw);
    return () => {
      theme.removeEventListener("change", draw);
      size.disconnect();
      end(chart, element);
    };
  }, [JSON.stringify(drawing)]);
  return <div class="drawn" ref={place} />;
}
